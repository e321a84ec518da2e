package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.TaylorScores;
import java.util.List;
import java.util.Optional;

/**
 * Who proposes what to measure and what to cut next. A strategy learns only what the journal holds, in
 * the same order, so that replaying a journal rebuilds it. Not safe for use by several threads at once.
 */
public interface Strategy {

  /**
   * What is to be done next; empty when there is nothing left. Repeated calls without {@link #tell}
   * between them give the same answer.
   */
  Optional<Round> ask();

  /**
   * Learn the trials of the round that {@link #ask()} gave.
   *
   * @param trials one for each of its candidates, in any order
   * @return the candidate that a {@link Round.Cut} cuts, empty if no trial has a score that can win (all
   *     NaN); of a {@link Round.Survey} always empty
   */
  Optional<Candidate> tell(List<Trial> trials);

  /** Learn the intact model's profile, asked for by {@link Round.Profile}. */
  default void tell(DepthProfile profile) {
    throw new IllegalStateException("no profile was asked for");
  }

  /** Learn the sublayers' Taylor scores, asked for by {@link Round.Gradients}. */
  default void tell(TaylorScores scores) {
    throw new IllegalStateException("no gradients were asked for");
  }

  /**
   * What each candidate is worth by all that was told so far; empty for strategies that do not weigh
   * candidates, or not yet.
   */
  default List<Attribution> attributions() {
    return List.of();
  }
}
