package dev.sluice.scorers;

/** Which way a measure improves. */
public enum Direction {
  /** Smaller values are nearer to the intact model. */
  LOWER_IS_BETTER,
  /** Larger values are nearer to the intact model. */
  HIGHER_IS_BETTER
}
