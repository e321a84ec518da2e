package dev.sluice.benchmarks.dataset;

/** What happens at a row that cannot be used. */
public enum OnBadRow {
  FAIL,
  SKIP
}
