package dev.sluice.harness.comparison;

import dev.sluice.harness.comparison.PairedDifference.Pair;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds variants of one or more evaluations against each other. */
public final class Comparer {
  private final LinedUp lined;
  private final List<Entry> entries;
  private final List<Unit> units;
  private final Scope scope;

  /** Which pairs. */
  public enum Pairs {
    /** Every variant against the first. */
    BASELINE,
    /** Every variant against every other. */
    ALL
  }

  /**
   * How much is wanted.
   *
   * @param flips for each pair and task, of lost and of gained items each
   */
  public record Scope(Pairs pairs, long flips) {}

  /**
   * What is compared: an evaluation, or one variant of it.
   *
   * @param variant empty for all of them
   */
  public record Choice(EvaluationReader evaluation, Optional<String> variant) {}

  private Comparer(List<Choice> choices, Scope scope) {
    this.entries = Entry.of(choices);
    this.lined = new LinedUp(entries);
    this.scope = scope;
    this.units =
        lined.units().entrySet().stream().map(e -> new Unit(e.getKey(), e.getValue())).toList();
    requireItems();
  }

  /**
   * Read the evaluations and compare.
   *
   * @throws PrerequisiteException if they have nothing in common, or were asked differently
   */
  public static Comparison compare(List<Choice> choices, Scope scope) {
    return new Comparer(choices, scope).comparison();
  }

  private void requireItems() {
    boolean any =
        units.stream()
            .anyMatch(u -> entries.stream().anyMatch(e -> !u.common(first(), e.label()).isEmpty()));
    if (!any) {
      throw new PrerequisiteException(
          "compare: "
              + first()
              + " was asked no item. Evaluate it with another --tasks or --limit");
    }
  }

  private String first() {
    return entries.getFirst().label();
  }

  private Comparison comparison() {
    List<ScoredVariant> variants = entries.stream().map(Entry::labelled).toList();
    List<TaskResults.OfTask> results = lined.results();
    List<PairedDifference> differences = PairedDifference.adjusted(differences());
    List<Comparison.Divergence> divergences = ofBaseline(Unit::divergence);
    List<String> labels = entries.stream().map(Entry::label).toList();
    FlipFinder finder = new FlipFinder(entries);
    if (scope.flips() > 0) {
      differences.forEach(d -> note(finder, d));
    }
    return new Comparison(
        variants,
        results,
        lined.units().keySet(),
        differences,
        divergences,
        ofBaseline(Unit::stability),
        Landscape.of(units, labels, divergences),
        Overview.of(variants, units, results),
        finder.read(),
        notes(),
        provenance());
  }

  private List<Pair> pairs(Unit unit, Measured measured) {
    List<Pair> pairs = new ArrayList<>();
    int firsts = scope.pairs() == Pairs.ALL ? entries.size() : 1;
    for (int i = 0; i < firsts; i++) {
      for (int j = i + 1; j < entries.size(); j++) {
        pairs.add(new Pair(unit.name(), measured, entries.get(i).label(), entries.get(j).label()));
      }
    }
    return pairs;
  }

  private List<PairedDifference> differences() {
    List<PairedDifference> found = new ArrayList<>();
    for (Unit unit : units) {
      for (Measured measured : unit.measured()) {
        pairs(unit, measured).forEach(pair -> unit.difference(pair).ifPresent(found::add));
      }
    }
    return found;
  }

  private void note(FlipFinder finder, PairedDifference difference) {
    units.stream()
        .filter(unit -> unit.name().equals(difference.pair().task()))
        .filter(unit -> unit.headline().equals(Optional.of(difference.pair().measured())))
        .forEach(unit -> finder.note(unit, difference.pair(), scope.flips()));
  }

  /** What a unit says of the baseline and a variant. */
  private interface Beside<T> {
    Optional<T> of(Unit unit, String baseline, String variant);
  }

  private <T> List<T> ofBaseline(Beside<T> beside) {
    List<T> found = new ArrayList<>();
    for (Unit unit : units) {
      entries.stream()
          .skip(1)
          .forEach(e -> beside.of(unit, first(), e.label()).ifPresent(found::add));
    }
    return found;
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (Unit unit : units) {
      for (Entry entry : entries) {
        int items = unit.common(entry.label(), entry.label()).size();
        int common = unit.common(first(), entry.label()).size();
        int most = Math.max(items, unit.common(first(), first()).size());
        if (common < most) {
          notes.add(
              "%s: %s and %s have %d of %d items in common; pairs are compared on those"
                  .formatted(unit.name(), first(), entry.label(), common, most));
        }
      }
    }
    if (!entries.getFirst().variant().variant().cuts().isEmpty()) {
      notes.add("the baseline " + first() + " is not intact: shares are of it");
    }
    return notes;
  }

  private Map<String, Map<String, String>> provenance() {
    Map<String, Map<String, String>> found = new LinkedHashMap<>();
    entries.forEach(e ->
        found.put(e.evaluation().evaluation().name(), e.evaluation().evaluation().provenance()));
    return found;
  }
}
