package dev.sluice.harness.progress;

import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Measure;
import org.jspecify.annotations.Nullable;

/** The best candidate of a step so far: of those that are scored, and of those in flight. */
public final class Leader {
  private final Measure objective;
  private @Nullable Candidate scored;
  private double score = Double.NaN;
  private @Nullable Candidate running;
  private double runningMean = Double.NaN;

  public Leader(Measure objective) {
    this.objective = objective;
  }

  public void clear() {
    scored = null;
    score = Double.NaN;
    clearRunning();
  }

  private void clearRunning() {
    running = null;
    runningMean = Double.NaN;
  }

  public void scored(Trial trial) {
    clearRunning();
    double mean = trial.mean(objective).orElse(Double.NaN);
    if (trial.outcome() == Trial.Outcome.SCORED && beats(mean, score)) {
      scored = trial.candidate();
      score = mean;
    }
  }

  public void progress(Progress progress) {
    clearRunning();
    for (Progress.Running candidate : progress.running()) {
      if (beats(candidate.mean(), runningMean)) {
        running = candidate.candidate();
        runningMean = candidate.mean();
      }
    }
  }

  /** A NaN beats nothing and is beaten by every number; of equal scores the earlier one stays. */
  private boolean beats(double challenger, double holder) {
    if (Double.isNaN(challenger) || Double.isNaN(holder)) {
      return !Double.isNaN(challenger);
    }
    return objective.direction() == Direction.LOWER_IS_BETTER
        ? challenger < holder
        : challenger > holder;
  }

  /** The best scored one, else the best in flight; only the words for none where there is neither. */
  public String text(String before) {
    if (scored != null) {
      String ahead =
          running != null && beats(runningMean, score)
              ? ", ahead in flight: " + named(running, runningMean)
              : "";
      return before + named(scored, score) + ahead;
    }
    return before + (running != null ? named(running, runningMean) + " in flight" : "none yet");
  }

  private String named(Candidate candidate, double mean) {
    return candidate + " " + objective.id() + " " + Quantities.score(mean);
  }
}
