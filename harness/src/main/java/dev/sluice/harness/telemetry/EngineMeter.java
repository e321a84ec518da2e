package dev.sluice.harness.telemetry;

import static dev.sluice.harness.telemetry.Label.AREA;
import static dev.sluice.harness.telemetry.Label.DEVICE;
import static dev.sluice.harness.telemetry.Label.OUTCOME;
import static dev.sluice.harness.telemetry.Label.PHASE;
import static dev.sluice.harness.telemetry.Label.STAGE;
import static dev.sluice.harness.telemetry.MeterShape.counter;
import static dev.sluice.harness.telemetry.MeterShape.gauge;
import static dev.sluice.harness.telemetry.MeterShape.histogram;
import static dev.sluice.harness.telemetry.MeterShape.info;

import dev.sluice.harness.telemetry.MeterShape.Buckets;

/** The meters of devices, native calls and the stream of prompts. */
public enum EngineMeter implements Meter {
  DEVICE_INFO(
      info("A device that models were run on, with the UUID that DCGM exporter gives it.")
          .by(DEVICE, Label.UUID, Label.NAME)
          .bound("1 a device", 64)),
  /**
   * {@link Label#AREA}: {@code free} and {@code total} of the device, {@code budget} of the last job;
   * of the CPU also {@code resident} and {@code resident_peak} of this process.
   */
  DEVICE_MEMORY_BYTES(
      gauge("bytes", "Memory by area: free, total, budget, resident, resident_peak.")
          .by(DEVICE, AREA)
          .bound("5 a device", 320)),

  FORWARD_SECONDS(
      histogram(
              "seconds",
              "Time of one batch and slice of variants in the sublayers or the head.",
              Buckets.FORWARD_SECONDS)
          .by(DEVICE, PHASE)
          .bound("2 a device", 128)),
  BATCH_TOKENS(
      histogram("", "Positions in a batch, padding included.", Buckets.TOKENS)
          .by(DEVICE)
          .bound("1 a device", 64)),
  BATCH_VARIANTS(
      histogram("", "Variants that walked a batch together.", Buckets.VARIANTS)
          .by(DEVICE)
          .bound("1 a device", 64)),
  SLICE_VARIANTS(
      gauge("", "Variants that may walk a batch together.").by(DEVICE).bound("1 a device", 64)),
  LANES(gauge("", "Batches that may be run at once.").by(DEVICE).bound("1 a device", 64)),
  LANES_BUSY(gauge("", "Batches that are being run.").by(DEVICE).bound("1 a device", 64)),
  LIVE_STATES(gauge("", "Hidden states in memory.").by(DEVICE).bound("1 a device", 64)),
  OUT_OF_MEMORY(
      counter("", "Times that the slice was halved because the device had no memory.")
          .by(DEVICE)
          .bound("1 a device", 64)),
  WEIGHT_LOADS(
      counter("", "Times that a sublayer's weights were brought to the device.")
          .by(DEVICE)
          .bound("1 a device", 64)),
  WEIGHT_LOAD_SECONDS(
      counter("seconds", "Time in which weights were brought to the device.")
          .by(DEVICE)
          .bound("1 a device", 64)),
  BOUNDARY_CACHE_BYTES(
      gauge("bytes", "Hidden states kept for the next step.").by(DEVICE).bound("1 a device", 64)),
  BOUNDARY_CACHE_LOOKUPS(
      counter("", "Variants that began at a kept state (hit) or at the embedding (miss).")
          .by(DEVICE, OUTCOME)
          .bound("2 a device", 128)),

  STREAM_BUFFERED(
      gauge(
              "",
              "Elements that wait at a stage: batches and packs for a lane, answers for the disk.")
          .by(STAGE)
          .bound("3", 16)),
  STREAM_DEMAND(
      gauge("", "Elements that a stage has asked for and not got yet.").by(STAGE).bound("3", 16));

  // A record of values and copied lists never changes; the checker cannot know.
  @SuppressWarnings("ImmutableEnumChecker")
  private final MeterShape shape;

  EngineMeter(MeterShape shape) {
    this.shape = shape;
  }

  @Override
  public MeterShape shape() {
    return shape;
  }
}
