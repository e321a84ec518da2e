package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import java.util.List;
import java.util.Optional;

/**
 * Who proposes what to cut next. A strategy learns only what the journal holds, in the same order,
 * so that replaying a journal rebuilds it. Not safe for use by several threads at once.
 */
public interface Strategy {

  /**
   * The candidates of the next step, in the order in which ties are decided; empty when there is
   * nothing left to cut. Repeated calls without {@link #tell} between them give the same answer.
   */
  List<Candidate> ask();

  /**
   * Learn the trials of one step and choose.
   *
   * @param trials of exactly the candidates that {@link #ask()} gave, in any order
   * @return the candidate that is cut for good; empty if no trial has a score that can win (all NaN)
   */
  Optional<Candidate> tell(List<Trial> trials);
}
