package dev.sluice.harness.masks;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is cut, and in which order where that is known.
 *
 * @param cuts each sublayer, block or set that was cut in one step
 * @param ordered whether the first cuts are a variant of their own
 * @param scores what was measured after each cut, smaller is better; empty where that is not known
 */
public record CutList(List<Candidate> cuts, boolean ordered, List<Double> scores, Origin origin) {

  /**
   * Where a list comes from, as far as it says.
   *
   * @param blocks of the model that it was made for
   * @param model as its user named it
   * @param weights SHA-256 of the model's weights, in hex
   * @param strategy that chose the cuts
   * @param measure by which it chose
   */
  public record Origin(
      OptionalInt blocks,
      Optional<String> model,
      Optional<String> weights,
      Optional<String> strategy,
      Optional<String> measure) {

    /** Nothing is known. */
    public static final Origin UNKNOWN =
        new Origin(
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** A strategy's, on a model of so many blocks if that is known. */
    static Origin of(String strategy, OptionalInt blocks) {
      return UNKNOWN.foundBy(strategy, Optional.empty()).on(blocks);
    }

    /** The same with the strategy and what it measured. */
    public Origin foundBy(String strategy, Optional<String> measure) {
      return new Origin(blocks, model, weights, Optional.of(strategy), measure);
    }

    /** The same with the model. */
    public Origin ofModel(String model, String weights) {
      return new Origin(blocks, Optional.of(model), Optional.of(weights), strategy, measure);
    }

    Origin on(OptionalInt blocks) {
      return new Origin(blocks, model, weights, strategy, measure);
    }
  }

  public CutList {
    cuts = List.copyOf(cuts);
    scores = List.copyOf(scores);
    if (!scores.isEmpty() && scores.size() != cuts.size()) {
      throw new IllegalArgumentException(scores.size() + " scores of " + cuts.size() + " cuts");
    }
  }

  /** A variant's cuts, of which nothing else is known. */
  public static CutList of(Variant variant) {
    return new CutList(
        variant.cuts().stream().map(Candidate::of).toList(), false, List.of(), Origin.UNKNOWN);
  }

  /** The same list with another origin. */
  public CutList from(Origin other) {
    return new CutList(cuts, ordered, scores, other);
  }

  /** The same list of a model, as its user named it, and its weights. */
  public CutList ofModel(String model, String weights) {
    return from(origin.ofModel(model, weights));
  }

  /** All cuts together. */
  public Variant variant() {
    return Candidate.union(cuts).variant();
  }

  /** The longest beginning that cuts no more than so many sublayers of a model. */
  public CutList first(double sublayers, ModelConfig config) {
    int last = 0;
    while (last < cuts.size()
        && Candidate.union(cuts.subList(0, last + 1)).variant().sublayers(config) <= sublayers) {
      last++;
    }
    return new CutList(
        cuts.subList(0, last),
        ordered,
        scores.isEmpty() ? scores : scores.subList(0, last),
        origin);
  }
}
