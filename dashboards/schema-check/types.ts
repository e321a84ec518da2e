import type { AnnotationQuery, Dashboard, DataQuery, FieldConfigSource, Panel, RowPanel } from '@grafana/schema';
import type * as barchart from '@grafana/schema/dist/esm/raw/composable/barchart/panelcfg/x/BarChartPanelCfg_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as statetimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as statushistory from '@grafana/schema/dist/esm/raw/composable/statushistory/panelcfg/x/StatusHistoryPanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type * as xychart from '@grafana/schema/dist/esm/raw/composable/xychart/panelcfg/x/XYChartPanelCfg_types.gen';

/** A type as JSON writes it: enums are their values. */
export type Json<T> = unknown extends T
  ? unknown
  : T extends string
    ? `${T}`
    : T extends number
      ? `${number}` extends `${T}`
        ? number
        : `${T}` extends `${infer N extends number}`
          ? N
          : T
      : T extends Array<infer U>
        ? Json<U>[]
        : T extends object
          ? { [K in keyof T]: Json<T[K]> }
          : T;

interface Kinds {
  barchart: { options: barchart.Options; custom: barchart.FieldConfig };
  heatmap: { options: heatmap.Options; custom: heatmap.FieldConfig };
  stat: { options: stat.Options; custom: Record<string, never> };
  'state-timeline': { options: statetimeline.Options; custom: statetimeline.FieldConfig };
  'status-history': { options: statushistory.Options; custom: statushistory.FieldConfig };
  table: { options: table.Options; custom: table.FieldConfig };
  timeseries: { options: timeseries.Options; custom: timeseries.FieldConfig };
  xychart: { options: xychart.Options; custom: xychart.FieldConfig };
}

type Defaults<Custom> = Omit<FieldConfigSource['defaults'], 'custom'> & { custom?: Custom };

type GraphOf<Kind extends keyof Kinds> = Json<
  Omit<Panel, 'type' | 'options' | 'fieldConfig'> & {
    type: Kind;
    options: Kinds[Kind]['options'];
    fieldConfig: Omit<FieldConfigSource, 'defaults'> & { defaults: Defaults<Kinds[Kind]['custom']> };
  }
>;

/** A panel with the options and the settings of its kind; other kinds are refused. */
export type PanelOf<Kind extends keyof Kinds | 'row'> = Kind extends keyof Kinds ? GraphOf<Kind> : Json<RowPanel>;

/** What the Prometheus data source adds to a query and to an annotation; Grafana publishes no types of it. */
interface PrometheusQuery extends DataQuery {
  expr: string;
  range: boolean;
}
interface PrometheusAnnotation extends AnnotationQuery<PrometheusQuery> {
  titleFormat?: string;
  textFormat?: string;
  tagKeys?: string;
}

/** A whole dashboard. */
export type Written = Json<Omit<Dashboard, 'annotations'> & { annotations: { list: PrometheusAnnotation[] } }>;
