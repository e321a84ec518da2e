package dev.sluice.harness.evaluation;

import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Score;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of a set of variants after some batches; immutable.
 *
 * @param rows rows of tokens seen
 * @param positions token positions seen, of all variants together, padding not counted
 * @param scores of each variant, one for each measure, in the order asked for
 * @param dropped variants that racing gave up: their scores stand where they were dropped
 */
public record Evaluation(
    int rows, long positions, Map<Variant, List<Score>> scores, Set<Variant> dropped) {
  public Evaluation {
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    dropped = Set.copyOf(dropped);
  }

  /** The scores of one of the variants. */
  public List<Score> scoresOf(Variant variant) {
    List<Score> found = scores.get(variant);
    if (found == null) {
      throw new IllegalArgumentException(
          variant + ": not among the " + scores.size() + " variants");
    }
    return found;
  }
}
