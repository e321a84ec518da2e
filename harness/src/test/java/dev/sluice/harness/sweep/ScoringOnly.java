package dev.sluice.harness.sweep;

import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;

/** Scores slices and nothing else. */
public abstract class ScoringOnly implements SliceRunner {
  @Override
  public void begin(ScoringTask task) {}

  @Override
  public final Profiled profile() {
    throw new AssertionError("nobody asks for a profile");
  }

  @Override
  public final GradientsTaken gradients() {
    throw new AssertionError("nobody asks for gradients");
  }
}
