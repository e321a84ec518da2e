package dev.sluice.harness.journal;

import dev.sluice.harness.sweep.Provenance;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table {@code trial}: derived from an event in the same transaction, for whoever
 * opens the file with other tools, and the guard against scoring a candidate twice in a step.
 *
 * @param identity digest of all that must be equal for the result to be used again
 * @param objective mean of the deciding measure; empty where it is NaN or was not computed
 */
record TrialIndex(
    long seq,
    int step,
    String candidate,
    String variant,
    String outcome,
    String measure,
    OptionalDouble objective,
    String identity) {

  /** The only scoring mode so far; part of the identity so that others can come. */
  private static final String SCORING_MODE = "divergence";

  /** The rows of one event, of a sweep that began so. */
  static List<TrialIndex> of(SweepStarted started, long seq, TrialsScored scored) {
    return scored.trials().stream().map(t -> of(started, seq, t)).toList();
  }

  private static TrialIndex of(SweepStarted started, long seq, Trial trial) {
    Measure objective = started.plan().search().objective();
    // SQLite keeps no sign of zero and no NaN.
    OptionalDouble mean =
        trial.mean(objective).stream().filter(m -> !Double.isNaN(m)).map(m -> m + 0.0).findFirst();
    return new TrialIndex(
        seq,
        trial.step(),
        trial.candidate().name(),
        trial.variant().toString(),
        trial.outcome().name().toLowerCase(Locale.ROOT),
        objective.id(),
        mean,
        identity(started.provenance(), trial.variant()));
  }

  /** The rows of all events, in their order. */
  static List<TrialIndex> ofAll(List<SweepEvent> events) {
    List<TrialIndex> rows = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof TrialsScored scored
          && events.getFirst() instanceof SweepStarted started) {
        rows.addAll(of(started, i + 1L, scored));
      }
    }
    return rows;
  }

  /** The values in the order of the record's components; null where the objective is empty. */
  List<@Nullable Object> values() {
    return Arrays.asList(
        seq,
        step,
        candidate,
        variant,
        outcome,
        measure,
        objective.isPresent() ? (Double) objective.getAsDouble() : null,
        identity);
  }

  /** SHA-256 over everything a result depends on, in hex. */
  static String identity(Provenance from, Variant variant) {
    return EventChain.digest(
        from.weightsDigest(),
        variant.toString(),
        from.dtype(),
        from.tokenizerDigest(),
        from.engine(),
        SCORING_MODE,
        from.calibrationDigest());
  }
}
