package dev.sluice.harness.telemetry;

import static dev.sluice.harness.telemetry.Label.ASPECT;
import static dev.sluice.harness.telemetry.Label.MEASURE;
import static dev.sluice.harness.telemetry.Label.OUTCOME;
import static dev.sluice.harness.telemetry.Label.PERCENTILE;
import static dev.sluice.harness.telemetry.Label.STATE;
import static dev.sluice.harness.telemetry.Label.SUBLAYER;
import static dev.sluice.harness.telemetry.Label.SWEEP;
import static dev.sluice.harness.telemetry.MeterShape.counter;
import static dev.sluice.harness.telemetry.MeterShape.gauge;
import static dev.sluice.harness.telemetry.MeterShape.histogram;
import static dev.sluice.harness.telemetry.MeterShape.info;

import dev.sluice.harness.telemetry.MeterShape.Buckets;

/** The meters of sweeps. */
public enum SweepMeter implements Meter {
  /** {@link Label#MEASURE} is the objective. */
  SWEEP_INFO(
      info("What a live sweep is made from.")
          .by(SWEEP, Label.MODEL, MEASURE, Label.STRATEGY, Label.DTYPE, Label.CORPUS, Label.VERSION)
          .bound("1 a live sweep", 1_000)),
  SWEEP_STATE(
      gauge("", "1 for the state that the sweep is in, 0 for the others.")
          .by(SWEEP, STATE)
          .bound("8 a live sweep", 8_000)),
  SWEEP_START_TIME_SECONDS(
      gauge("seconds", "When this process began or resumed the sweep, Unix time.").by(SWEEP)),
  SWEEP_LAST_PROGRESS_TIME_SECONDS(
      gauge("seconds", "When a batch or an event of the sweep was last seen, Unix time.")
          .by(SWEEP)),

  SWEEP_STEP(gauge("", "Number of the running step, from 1.").by(SWEEP)),
  SWEEP_STEPS_PLANNED(
      gauge("", "Steps that the plan's bounds allow; no series where they do not tell.").by(SWEEP)),
  SWEEP_STEPS_COMMITTED(
      gauge("", "Steps that are committed, those of earlier processes included.").by(SWEEP)),
  SWEEP_STEP_CANDIDATES(gauge("", "Candidates of the running step.").by(SWEEP)),
  SWEEP_STEP_CANDIDATES_SCORED(
      gauge("", "Candidates of the running step whose trials are durable.").by(SWEEP)),
  SWEEP_SLICE_PROGRESS_RATIO(
      gauge("ratio", "Share of the prompts that the slice in flight has seen.").by(SWEEP)),
  SWEEP_PROGRESS_RATIO(
      gauge("ratio", "Share of the planned steps that is done, the running one by its candidates.")
          .by(SWEEP)),
  SWEEP_REMAINING_SECONDS(
      gauge(
              "seconds",
              "Expected time to the end, which may come earlier; no series before it can be told.")
          .by(SWEEP)),

  SWEEP_CANDIDATES(
      counter(
              "",
              "Candidates by outcome: scored, dropped by racing, replayed from the journal, failed.")
          .by(SWEEP, OUTCOME)
          .bound("4 a live sweep", 4_000)),
  SWEEP_PROMPTS(counter("", "Prompts scored, once for each variant, as they flow.").by(SWEEP)),
  SWEEP_TOKENS(
      counter("", "Token positions scored, once for each variant, as they flow.").by(SWEEP)),
  SWEEP_SUBLAYER_PASSES(
      counter("", "Sublayers run, once for each batch and hidden state, of durable slices.")
          .by(SWEEP)),
  SWEEP_NAIVE_SUBLAYER_PASSES(
      counter("", "Sublayers that one forward pass for each variant would have run.").by(SWEEP)),
  SWEEP_SCORING_SECONDS(
      counter("seconds", "Wall time inside evaluations, of durable slices.").by(SWEEP)),

  SWEEP_DIVERGENCE(
      gauge("", "Divergence of all that is cut, by measure and in its unit.")
          .by(SWEEP, MEASURE)
          .bound("1 a live sweep and measure", 7_000)),
  SWEEP_DIVERGENCE_PERCENTILE(
      gauge("", "Percentile over tokens of the divergence of all that is cut, in its unit.")
          .by(SWEEP, MEASURE, PERCENTILE)
          .bound("3 a live sweep and measure", 21_000)),
  SWEEP_REDUCTION_RATIO(
      gauge("ratio", "Share of the intact model that is cut, by aspect of size.")
          .by(SWEEP, ASPECT)
          .bound("5 a live sweep", 5_000)),

  SUBLAYER_INFO(
      info("Name, kind and block of a sublayer's number.")
          .by(SWEEP, SUBLAYER, Label.NAME, Label.KIND, Label.BLOCK)
          .bound("2L a live sweep", 20_000)),
  /**
   * NaN where a value was NaN. From a step's begin until a candidate's first prompts it is the value
   * of the step before: {@link #SUBLAYER_DIVERGENCE_STEP} tells which.
   */
  SUBLAYER_DIVERGENCE(
      gauge("", "Divergence so far of the newest candidate that cuts of the sublayer, in its unit.")
          .by(SWEEP, SUBLAYER, MEASURE)
          .bound("2L a live sweep and measure, less what is cut", 40_000)),
  SUBLAYER_DIVERGENCE_STEP(
      gauge("", "Number of the step that the sublayer's divergence belongs to.")
          .by(SWEEP, SUBLAYER)
          .bound("2L a live sweep, less what is cut", 20_000)),
  /** Of strategies that profile the intact model before they cut. */
  SUBLAYER_INFLUENCE(
      gauge("", "1 - cosine of the intact model's stream before and behind the sublayer, 0 to 2.")
          .by(SWEEP, SUBLAYER)
          .bound("2L a live sweep that took a profile", 20_000)),
  SUBLAYER_CUT(
      gauge(
              "",
              "1 where the sublayer is cut for good, 0 where it is kept, else the share of its experts.")
          .by(SWEEP, SUBLAYER)
          .bound("2L a live sweep", 20_000)),
  /** Of a block, both have the same. */
  SUBLAYER_RANK(
      gauge("", "Number of the step that cut the sublayer: 1 was missed least.")
          .by(SWEEP, SUBLAYER)
          .bound("1 for each cut sublayer of a live sweep", 20_000)),

  /** Exemplars: {@code variant} is the candidate, {@code step} its step, {@code prompt} the row. */
  PROMPT_DIVERGENCE(
      histogram(
              "",
              "Divergence of one prompt and candidate, in the measure's unit; exemplars name them.",
              Buckets.DIVERGENCE)
          .by(SWEEP, MEASURE)
          .bound("1 a live sweep and measure", 200)),
  /** Exemplars as of {@link #PROMPT_DIVERGENCE}. */
  PROMPT_NLL_NATS(
      histogram(
              "nats",
              "Negative log-likelihood per token of one prompt and candidate; exemplars name them.",
              Buckets.NLL)
          .by(SWEEP)
          .bound("1 a live sweep that measures nll", 200));

  // A record of values and copied lists never changes; the checker cannot know.
  @SuppressWarnings("ImmutableEnumChecker")
  private final MeterShape shape;

  SweepMeter(MeterShape shape) {
    this.shape = shape;
  }

  @Override
  public MeterShape shape() {
    return shape;
  }
}
