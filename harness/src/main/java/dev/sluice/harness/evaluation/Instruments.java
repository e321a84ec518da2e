package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.util.function.LongSupplier;

/**
 * Told what happens while variants run on prompts, beyond results. Called from several threads, once a
 * batch or prompt and never once a token; must be quick and must not throw.
 */
public interface Instruments {

  /** Tells nobody. */
  Instruments NONE = new Instruments() {};

  /** Where elements wait. */
  enum Stage {
    /** Batches of a sweep, for a lane. */
    BATCHES,
    /** Packs of an evaluation's prompts, for a lane. */
    PACKS,
    /** Packs whose answers wait for the disk. */
    ANSWERS
  }

  /**
   * A device with a model, ready to work; everything in it may be asked at any time until it is
   * closed.
   *
   * @param budget bytes of memory to spend
   * @param cacheBytes bytes of boundary states kept; 0 where none are
   * @param lanes batches that may be run at once
   * @param variants that may walk a batch together
   */
  record Machine(
      Engine engine,
      DeviceChoice device,
      long budget,
      LongSupplier cacheBytes,
      int lanes,
      int variants) {}

  /** Work on a machine begins. */
  default void opened(Machine machine) {}

  /** Work on the machine is over, just before it is closed. */
  default void closed() {}

  /**
   * A batch has passed the sublayers.
   *
   * @param positions in the batch, padding included
   * @param variants that walked together, the intact model included where it did
   * @param kept how many of them began at a kept state
   */
  default void walked(int positions, int variants, int kept, long nanos) {}

  /** The last states of a batch and its variants were read. */
  default void read(long nanos) {}

  /** The device had no memory: from now on at most so many variants walk together. */
  default void halved(int variants) {}

  /** A lane begins with a batch (1) or is done with it (-1). */
  default void lane(int change) {}

  /**
   * The stream moved.
   *
   * @param buffered by how many elements more or less wait at the stage
   * @param demand by how many elements more or less are asked for and not there
   */
  default void flowed(Stage stage, long buffered, long demand) {}

  /** The mean of one measure over one row of tokens, by its place in the set; once for each row. */
  default void prompt(Variant variant, Measure measure, int row, double value) {}

  /**
   * Prompts were scored.
   *
   * @param prompts each once for each variant
   * @param tokens positions that were computed for them, of all variants together, without padding
   */
  default void scored(long prompts, long tokens) {}

  /** Something became durable in this time. */
  default void journalled(long nanos) {}
}
