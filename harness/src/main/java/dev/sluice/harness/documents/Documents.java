package dev.sluice.harness.documents;

import dev.sluice.harness.journal.JournalFolder;

/** Everything that can be read: what was found, and what there is to work on. Safe for several threads. */
public final class Documents {
  private final SweepDocuments sweeps;
  private final EvaluationDocuments evaluations;
  private final CompareDocuments comparisons;

  public Documents(JournalFolder journals) {
    this.sweeps = new SweepDocuments(journals);
    this.evaluations = new EvaluationDocuments(journals);
    this.comparisons = new CompareDocuments(evaluations);
  }

  public SweepDocuments sweeps() {
    return sweeps;
  }

  public EvaluationDocuments evaluations() {
    return evaluations;
  }

  public CompareDocuments comparisons() {
    return comparisons;
  }
}
