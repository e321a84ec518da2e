package dev.sluice.harness.telemetry;

import dev.sluice.harness.evaluation.Instruments;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one job's machine tells, as meters: what it is for is told by the subclass. */
abstract class JobInstruments implements Instruments {
  private final Telemetry telemetry;
  private final DistributionDataPoint writes;
  private final Map<Stage, GaugeDataPoint> buffered = new EnumMap<>(Stage.class);
  private final Map<Stage, GaugeDataPoint> demand = new EnumMap<>(Stage.class);
  private volatile @Nullable DeviceMeters device;

  JobInstruments(Telemetry telemetry, ServiceTelemetry.JobKind kind) {
    this.telemetry = telemetry;
    Series process = telemetry.process();
    this.writes = process.histogram(ServiceMeter.JOURNAL_WRITE_SECONDS, kind.id());
    for (Stage stage : Stage.values()) {
      String id = stage.name().toLowerCase(Locale.ROOT);
      buffered.put(stage, process.gauge(EngineMeter.STREAM_BUFFERED, id));
      demand.put(stage, process.gauge(EngineMeter.STREAM_DEMAND, id));
    }
  }

  @Override
  public void opened(Machine machine) {
    DeviceMeters opened = telemetry.device(machine.device());
    opened.opened(machine);
    device = opened;
  }

  @Override
  public void closed() {
    DeviceMeters on = device;
    if (on != null) {
      on.closed();
    }
  }

  @Override
  public void walked(int positions, int variants, int kept, long nanos) {
    DeviceMeters on = device;
    if (on != null) {
      on.sublayerSeconds.observe(nanos / 1e9);
      on.batchTokens.observe(positions);
      on.batchVariants.observe(variants);
      on.hits.inc(kept);
      on.misses.inc(variants - kept);
    }
  }

  @Override
  public void read(long nanos) {
    DeviceMeters on = device;
    if (on != null) {
      on.headSeconds.observe(nanos / 1e9);
    }
  }

  @Override
  public void halved(int variants) {
    DeviceMeters on = device;
    if (on != null) {
      on.outOfMemory.inc();
      on.sliceVariants.set(variants);
    }
  }

  @Override
  public void lane(int change) {
    DeviceMeters on = device;
    if (on != null) {
      on.lanesBusy.inc(change);
    }
  }

  @Override
  public void flowed(Stage stage, long moreBuffered, long moreDemand) {
    of(buffered, stage).inc((double) moreBuffered);
    of(demand, stage).inc((double) moreDemand);
  }

  private static GaugeDataPoint of(Map<Stage, GaugeDataPoint> gauges, Stage stage) {
    GaugeDataPoint gauge = gauges.get(stage);
    if (gauge == null) {
      throw new IllegalStateException("no gauge of " + stage);
    }
    return gauge;
  }

  @Override
  public void journalled(long nanos) {
    writes.observe(nanos / 1e9);
  }
}
