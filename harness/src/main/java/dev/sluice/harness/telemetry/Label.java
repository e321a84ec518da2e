package dev.sluice.harness.telemetry;

import java.util.Locale;

/** The names of labels: no meter has another. */
public enum Label {
  /** Which part of a variant's size: sublayers, blocks, parameters, flops, kv_cache. */
  ASPECT,
  /** Which part of memory: see {@link EngineMeter#DEVICE_MEMORY_BYTES}. */
  AREA,
  /** Number of a block, from 0, padded with zeros. */
  BLOCK,
  /** File name of the calibration text. */
  CORPUS,
  /** {@code cpu} or {@code gpu:N}. */
  DEVICE,
  /** The first 12 digits of the SHA-256 of a variant's cuts. */
  DIGEST,
  /** Type in which it is computed. */
  DTYPE,
  /** Name of an evaluation. */
  EVALUATION,
  /** Version of the Java runtime. */
  JAVA,
  /** {@code attention} or {@code ffn}; of jobs and journals {@code sweep} or {@code evaluation}. */
  KIND,
  /** Id of a measure of divergence, as in plans. */
  MEASURE,
  /** A meter of ours, by its exposed name. */
  METER,
  /** Of a request: its method. */
  METHOD,
  /** Id of a task's metric, as in results. */
  METRIC,
  /** Last part of the model's folder or hub id. */
  MODEL,
  /** Name of a sublayer, such as {@code 12.ffn}. */
  NAME,
  /** How something ended, from a closed list that the meter's help names. */
  OUTCOME,
  /** {@code p50}, {@code p90} or {@code p99}. */
  PERCENTILE,
  /** Which part of a forward pass: {@code sublayers} or {@code head}. */
  PHASE,
  /** Why something failed, from a closed list. */
  REASON,
  /** Template of an HTTP route, never the path that was asked for. */
  ROUTE,
  /** Where in the stream of prompts: {@code batches}, {@code packs} or {@code answers}. */
  STAGE,
  /** State of a job: see {@link JobState}. */
  STATE,
  /** Class of an HTTP status: {@code 1xx} to {@code 5xx}. */
  STATUS,
  /** Name of a search strategy, as in plans. */
  STRATEGY,
  /**
   * Place of a sublayer in the order of execution, padded with zeros: the order of text is the order
   * of depth, attention before FFN in each block. {@link SweepMeter#SUBLAYER_INFO} has its name.
   */
  SUBLAYER,
  /** Name of a sweep. */
  SWEEP,
  /** Name of a task. */
  TASK,
  /** UUID of a GPU as DCGM exporter says it; empty where it is not known for certain. */
  UUID,
  /** Name of a variant in its evaluation. */
  VARIANT,
  /** Version of Sluice. */
  VERSION;

  /** The name as it is exposed. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
