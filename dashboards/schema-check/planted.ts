// Errors that tsc must find: it fails where one of these lines has none.
import type { PanelOf, Written } from './types.js';

const links: Written['links'] = [];
const annotations: Written['annotations'] = { list: [] };

// @ts-expect-error a number is wanted
export const version = { schemaVersion: '42', links, annotations } satisfies Written;

// @ts-expect-error there are only 0, 1 and 2
export const crosshair = { schemaVersion: 42, graphTooltip: 3, annotations } satisfies Written;

// @ts-expect-error there is no such key
export const unknownKey = { schemaVersion: 42, graphToolTip: 1, annotations } satisfies Written;

const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: false };
const fieldConfig = { defaults: {}, overrides: [] };
const options = {
  reduceOptions,
  orientation: 'auto',
  colorMode: 'value',
  graphMode: 'none',
  justifyMode: 'auto',
  textMode: 'value',
  wideLayout: true,
  showPercentChange: false,
  percentChangeColorMode: 'standard',
} as const;

export const fine = { type: 'stat', fieldConfig, options: { ...options, reduceOptions } } satisfies PanelOf<'stat'>;

// @ts-expect-error a stat has no such mode
export const mode = { type: 'stat', fieldConfig, options: { ...options, textMode: 'loud' } } satisfies PanelOf<'stat'>;

// @ts-expect-error a heat map has other options
export const heatmap = { type: 'heatmap', fieldConfig, options } satisfies PanelOf<'heatmap'>;

// @ts-expect-error no types are known for it, so it would not be checked
export type News = PanelOf<'news'>;
