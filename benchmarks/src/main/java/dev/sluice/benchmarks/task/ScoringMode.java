package dev.sluice.benchmarks.task;

/** Whose rules hold where lm-evaluation-harness has slips that scores depend on. */
public enum ScoringMode {
  /** The texts of lm-evaluation-harness 0.4.13, slips included. */
  LM_EVAL("lm-eval"),
  /** What each task meant to ask: single blanks, and no shot that shows the answer. */
  CLEAN("clean");

  private final String id;

  ScoringMode(String id) {
    this.id = id;
  }

  /** The name in options and results. */
  public String id() {
    return id;
  }
}
