package dev.sluice.harness.comparison;

import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Variants side by side on the tasks that they were evaluated on.
 *
 * @param variants by unique names; the first is the baseline
 * @param tasks single tasks, then the means of groups; a variant that was not asked is left out
 * @param main tasks and groups that stand for themselves: not the parts of a group that is there
 * @param differences of every pair on every main task
 * @param divergences from the baseline on every main task with choices
 * @param stabilities against the baseline on every main task with choices
 * @param landscape all variants taken together
 * @param overall one for each variant
 * @param flips items that only one of two variants gets right, as many as were wanted
 * @param notes what a reader must know before believing the numbers
 * @param provenance what the numbers depend on, by evaluation and name
 */
public record Comparison(
    List<ScoredVariant> variants,
    List<TaskResults.OfTask> tasks,
    Set<String> main,
    List<PairedDifference> differences,
    List<Divergence> divergences,
    List<Kept> stabilities,
    Landscape landscape,
    List<Overall> overall,
    List<Flip> flips,
    List<String> notes,
    Map<String, Map<String, String>> provenance) {
  public Comparison {
    variants = List.copyOf(variants);
    tasks = List.copyOf(tasks);
    main = Collections.unmodifiableSet(new LinkedHashSet<>(main));
    differences = List.copyOf(differences);
    divergences = List.copyOf(divergences);
    stabilities = List.copyOf(stabilities);
    overall = List.copyOf(overall);
    flips = List.copyOf(flips);
    notes = List.copyOf(notes);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /** What the others are held against. */
  public ScoredVariant baseline() {
    return variants.getFirst();
  }

  /**
   * How far a variant's choices are from the baseline's.
   *
   * @param mean over items: Kullback-Leibler divergence of the distribution that a softmax makes of the
   *     choices' log-likelihoods, baseline first, nats
   * @param standardError of the mean; empty for one item
   */
  public record Divergence(
      String task, String variant, double mean, OptionalDouble standardError) {}

  /**
   * What of the baseline's right and wrong choices a variant keeps.
   *
   * @param stability LLM-Streamline's, 0 to 1; NaN where a perplexity is too large for a number
   * @param effectiveItems as many items of equal weight would say as much
   */
  public record Kept(
      String task, String variant, long items, double stability, double effectiveItems) {}

  /**
   * A variant over all main tasks that have right answers and that every variant was asked:
   * FinerCut's figure, {@code acc_norm} where a task has it and else {@code acc}.
   *
   * @param tasks how many
   * @param mean of them, each counting the same; empty without any
   * @param standardError of the mean
   * @param retained the mean over the baseline's
   * @param front whether no other variant saves as many parameters at a better mean
   */
  public record Overall(
      String variant,
      int tasks,
      OptionalDouble mean,
      OptionalDouble standardError,
      OptionalDouble retained,
      boolean front) {}
}
