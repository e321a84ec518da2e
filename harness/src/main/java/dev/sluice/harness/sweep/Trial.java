package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One candidate evaluated in one step of a search, or in one survey.
 *
 * @param step of the sweep, from 1; of a survey's trial, the survey
 * @param candidate what this trial cuts beyond what was committed before
 * @param variant all that is cut in it
 * @param outcome whether it was scored to the end
 * @param scores one for each measure asked for; of a dropped trial, what was seen until then
 * @param seconds device time of the slice it was in, divided by the slice's variants
 */
public record Trial(
    int step,
    Candidate candidate,
    Variant variant,
    Outcome outcome,
    List<Score> scores,
    double seconds) {

  /** How a trial ended. */
  public enum Outcome {
    /** All prompts were seen. */
    SCORED,
    /** Racing showed, at the plan's confidence, that it cannot win; it takes no part in the choice. */
    DROPPED
  }

  public Trial {
    scores = List.copyOf(scores);
  }

  /** The same result, asked for again in another step or survey. */
  Trial in(int number, Candidate asked) {
    return new Trial(number, asked, variant, outcome, scores, seconds);
  }

  /** The mean of one measure; empty if it was not asked for. */
  public OptionalDouble mean(Measure measure) {
    return scores.stream().filter(s -> s.measure() == measure).mapToDouble(Score::mean).findFirst();
  }
}
