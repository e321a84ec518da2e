package dev.sluice.harness.documents;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.service.Roots;
import java.time.Clock;
import java.util.Map;

/**
 * Everything that can be read: what was found, and what there is to work on. Safe for several threads;
 * all of it may block.
 */
public final class Documents {
  private final SweepDocuments sweeps;
  private final EvaluationDocuments evaluations;
  private final CompareDocuments comparisons;
  private final PromptDocuments prompts;
  private final InventoryDocuments inventory;

  /**
   * @param environment says where the hub cache is
   */
  public Documents(JournalFolder journals, Roots roots, Map<String, String> environment) {
    this.sweeps = new SweepDocuments(journals);
    this.evaluations = new EvaluationDocuments(journals);
    this.comparisons = new CompareDocuments(evaluations);
    this.prompts = new PromptDocuments(sweeps, roots);
    this.inventory = new InventoryDocuments(roots, environment, Clock.systemUTC());
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

  public PromptDocuments prompts() {
    return prompts;
  }

  public InventoryDocuments inventory() {
    return inventory;
  }
}
