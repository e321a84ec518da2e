package dev.sluice.harness.telemetry;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.evaluation.Instruments.Machine;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one device, which stay while the process does. What can be asked is asked before each
 * scrape, so that it costs the work nothing.
 */
final class DeviceMeters {
  final DistributionDataPoint sublayerSeconds;
  final DistributionDataPoint headSeconds;
  final DistributionDataPoint batchTokens;
  final DistributionDataPoint batchVariants;
  final GaugeDataPoint sliceVariants;
  final GaugeDataPoint lanesBusy;
  final CounterDataPoint outOfMemory;
  final CounterDataPoint hits;
  final CounterDataPoint misses;

  private final DeviceChoice device;
  private final String id;
  private final Series series;
  private final GaugeDataPoint liveStates;
  private final GaugeDataPoint cacheBytes;
  private final CounterDataPoint loads;
  private final CounterDataPoint loadSeconds;
  private @Nullable Machine machine;
  private long loadsSeen;
  private double loadSecondsSeen;

  /**
   * @param series of no owner
   */
  DeviceMeters(DeviceChoice device, Series series) {
    this.device = device;
    this.id = device.toString();
    this.series = series;
    this.sublayerSeconds = series.histogram(EngineMeter.FORWARD_SECONDS, id, "sublayers");
    this.headSeconds = series.histogram(EngineMeter.FORWARD_SECONDS, id, "head");
    this.batchTokens = series.histogram(EngineMeter.BATCH_TOKENS, id);
    this.batchVariants = series.histogram(EngineMeter.BATCH_VARIANTS, id);
    this.sliceVariants = series.gauge(EngineMeter.SLICE_VARIANTS, id);
    this.lanesBusy = series.gauge(EngineMeter.LANES_BUSY, id);
    this.outOfMemory = series.counter(EngineMeter.OUT_OF_MEMORY, id);
    this.hits = series.counter(EngineMeter.BOUNDARY_CACHE_LOOKUPS, id, "hit");
    this.misses = series.counter(EngineMeter.BOUNDARY_CACHE_LOOKUPS, id, "miss");
    this.liveStates = series.gauge(EngineMeter.LIVE_STATES, id);
    this.cacheBytes = series.gauge(EngineMeter.BOUNDARY_CACHE_BYTES, id);
    this.loads = series.counter(EngineMeter.WEIGHT_LOADS, id);
    this.loadSeconds = series.counter(EngineMeter.WEIGHT_LOAD_SECONDS, id);
    GpuIdentity gpu = GpuIdentity.of(device);
    series.info(EngineMeter.DEVICE_INFO, id, gpu.uuid(), gpu.name());
  }

  synchronized void opened(Machine opened) {
    machine = opened;
    loadsSeen = 0;
    loadSecondsSeen = 0;
    series.set(EngineMeter.LANES, opened.lanes(), id);
    sliceVariants.set(opened.variants());
    memory("budget", opened.budget());
  }

  synchronized void closed() {
    poll();
    machine = null;
    liveStates.set(0);
    cacheBytes.set(0);
  }

  /** Ask for what changes by itself. */
  synchronized void poll() {
    memory("free", DeviceMemory.freeBytes(device));
    memory("total", DeviceMemory.totalBytes(device));
    if (!device.gpu()) {
      memory("resident", DeviceMemory.residentBytes());
      memory("resident_peak", DeviceMemory.peakResidentBytes());
    }
    if (machine != null) {
      liveStates.set((double) machine.engine().liveStates());
      cacheBytes.set((double) machine.cacheBytes().getAsLong());
      long loaded = machine.engine().weightLoads();
      loads.inc(loaded - loadsSeen);
      loadsSeen = loaded;
      double seconds = machine.engine().weightLoadSeconds();
      loadSeconds.inc(seconds - loadSecondsSeen);
      loadSecondsSeen = seconds;
    }
  }

  private void memory(String area, long bytes) {
    series.set(EngineMeter.DEVICE_MEMORY_BYTES, (double) bytes, id, area);
  }
}
