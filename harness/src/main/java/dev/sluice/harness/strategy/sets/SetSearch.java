package dev.sluice.harness.strategy.sets;

import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.List;
import java.util.Optional;

/**
 * Searches a set of candidates of each size on its own: surveys until the set is found, then its cut as
 * one step.
 */
abstract class SetSearch implements Strategy {
  private final List<Integer> sizes;
  private int place;

  /**
   * @param sizes in candidates, rising
   */
  SetSearch(List<Integer> sizes) {
    this.sizes = List.copyOf(sizes);
  }

  /** The next survey in the search of a set; empty once it is {@link #found}. */
  abstract Optional<Round.Survey> survey(int size);

  /** Learn the survey that was asked for. */
  abstract void learn(int size, List<Trial> trials);

  /** The set that was found. */
  abstract Candidate found(int size);

  @Override
  public final Optional<Round> ask() {
    if (place == sizes.size()) {
      return Optional.empty();
    }
    int size = sizes.get(place);
    Optional<Round.Survey> survey = survey(size);
    return survey.isPresent()
        ? Optional.of(survey.get())
        : Optional.of(new Round.Cut(Variant.intact(), List.of(found(size))));
  }

  @Override
  public final Optional<Candidate> tell(List<Trial> trials) {
    int size = sizes.get(place);
    if (survey(size).isPresent()) {
      learn(size, trials);
      return Optional.empty();
    }
    place++;
    return Optional.of(trials.getFirst().candidate());
  }
}
