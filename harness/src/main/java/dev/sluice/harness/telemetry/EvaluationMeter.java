package dev.sluice.harness.telemetry;

import static dev.sluice.harness.telemetry.Label.ASPECT;
import static dev.sluice.harness.telemetry.Label.EVALUATION;
import static dev.sluice.harness.telemetry.Label.MEASURE;
import static dev.sluice.harness.telemetry.Label.METRIC;
import static dev.sluice.harness.telemetry.Label.OUTCOME;
import static dev.sluice.harness.telemetry.Label.STATE;
import static dev.sluice.harness.telemetry.Label.TASK;
import static dev.sluice.harness.telemetry.Label.VARIANT;
import static dev.sluice.harness.telemetry.MeterShape.counter;
import static dev.sluice.harness.telemetry.MeterShape.gauge;
import static dev.sluice.harness.telemetry.MeterShape.histogram;
import static dev.sluice.harness.telemetry.MeterShape.info;

import dev.sluice.harness.telemetry.MeterShape.Buckets;

/** The meters of evaluations and their variants. */
public enum EvaluationMeter implements Meter {
  EVALUATION_INFO(
      info("What a live evaluation is made from.")
          .by(EVALUATION, Label.MODEL, Label.DTYPE, Label.VERSION)
          .bound("1 a live evaluation", 1_000)),
  EVALUATION_STATE(
      gauge("", "1 for the state that the evaluation is in, 0 for the others.")
          .by(EVALUATION, STATE)
          .bound("8 a live evaluation", 8_000)),
  EVALUATION_START_TIME_SECONDS(
      gauge("seconds", "When this process began the evaluation, Unix time.").by(EVALUATION)),
  EVALUATION_LAST_PROGRESS_TIME_SECONDS(
      gauge("seconds", "When a batch or an item of the evaluation was last seen, Unix time.")
          .by(EVALUATION)),
  EVALUATION_ITEMS(
      counter("", "Items that all variants have answered.")
          .by(EVALUATION, TASK)
          .bound("1 a live evaluation and task", 5_000)),
  EVALUATION_PROMPTS(
      counter("", "Requests answered, known ones included, as they flow.")
          .by(EVALUATION, VARIANT, TASK)
          .bound("1 a live variant and task", 10_000)),
  EVALUATION_TOKENS(
      counter("", "Tokens computed, once for each variant, as they flow.").by(EVALUATION)),
  EVALUATION_ANSWERS(
      counter("", "Answers by the task's first metric of rightness: correct, wrong.")
          .by(EVALUATION, VARIANT, TASK, OUTCOME)
          .bound("2 a live variant and task", 20_000)),

  VARIANT_INFO(
      info("Which cuts a live variant has, as a digest.")
          .by(EVALUATION, VARIANT, Label.DIGEST)
          .bound("1 a live variant", 2_000)),
  VARIANT_REDUCTION_RATIO(
      gauge("ratio", "Share of the intact model that a variant cuts, by aspect of size.")
          .by(EVALUATION, VARIANT, ASPECT)
          .bound("5 a live variant", 10_000)),
  VARIANT_DIVERGENCE(
      gauge("", "Divergence that the sweep which found the variant measured, in its unit.")
          .by(EVALUATION, VARIANT, MEASURE)
          .bound("1 a live variant of a sweep", 2_000)),
  /** {@link Label#METRIC}: acc, acc_norm. */
  VARIANT_ACCURACY_RATIO(
      gauge("ratio", "Share of right answers so far.")
          .by(EVALUATION, VARIANT, TASK, METRIC)
          .bound("2 a live variant and task", 20_000)),
  VARIANT_ACCURACY_ERROR_RATIO(
      gauge("ratio", "Standard error of the share of right answers so far.")
          .by(EVALUATION, VARIANT, TASK, METRIC)
          .bound("2 a live variant and task", 20_000)),
  VARIANT_ACCURACY_SAMPLES(
      gauge("", "Items that the share of right answers is taken over.")
          .by(EVALUATION, VARIANT, TASK)
          .bound("1 a live variant and task", 10_000)),
  /** {@link Label#METRIC}: perplexity, token_perplexity, word_perplexity, byte_perplexity. */
  VARIANT_PERPLEXITY(
      gauge("", "Perplexity so far, by what it is taken over.")
          .by(EVALUATION, VARIANT, TASK, METRIC)
          .bound("4 a live variant and task", 20_000)),
  VARIANT_STABILITY_RATIO(
      gauge("ratio", "What is kept so far of the first variant's right and wrong choices, weighed.")
          .by(EVALUATION, VARIANT, TASK)
          .bound("1 a live variant and task but the first variant", 10_000)),
  VARIANT_NLL_NATS(
      gauge("nats", "Negative log-likelihood per scored token so far.")
          .by(EVALUATION, VARIANT, TASK)
          .bound("1 a live variant and task", 10_000)),

  /** Exemplars: {@code variant}, {@code item} is its number in its task. */
  ITEM_NLL_NATS(
      histogram(
              "nats",
              "Negative log-likelihood per token of one item's requests; exemplars name it.",
              Buckets.NLL)
          .by(EVALUATION, VARIANT, TASK)
          .bound("1 a live variant and task", 500));

  // A record of values and copied lists never changes; the checker cannot know.
  @SuppressWarnings("ImmutableEnumChecker")
  private final MeterShape shape;

  EvaluationMeter(MeterShape shape) {
    this.shape = shape;
  }

  @Override
  public MeterShape shape() {
    return shape;
  }
}
