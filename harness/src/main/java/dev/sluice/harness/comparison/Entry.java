package dev.sluice.harness.comparison;

import dev.sluice.harness.comparison.Comparer.Choice;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.scorers.NearestName;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One variant of one evaluation that takes part.
 *
 * @param label unique: the variant's name, after its evaluation's where two bear it
 */
record Entry(String label, EvaluationReader evaluation, ScoredVariant variant) {

  /** All variants that were chosen, in their order. */
  static List<Entry> of(List<Choice> choices) {
    List<Entry> chosen = new ArrayList<>();
    choices.forEach(choice -> chosen.addAll(of(choice)));
    Set<String> seen = new HashSet<>();
    Set<String> repeated = new HashSet<>();
    chosen.forEach(entry -> {
      if (!seen.add(entry.label)) {
        repeated.add(entry.label);
      }
    });
    List<Entry> entries =
        chosen.stream().map(e -> repeated.contains(e.label) ? e.qualified() : e).toList();
    if (entries.stream().map(Entry::label).distinct().count() < entries.size()) {
      throw new PrerequisiteException(
          "compare: a variant is named twice ("
              + String.join(", ", entries.stream().map(Entry::label).toList())
              + "): name each once");
    }
    return entries;
  }

  private Entry qualified() {
    return new Entry(evaluation.evaluation().name() + ":" + label, evaluation, variant);
  }

  /** The variant under its label. */
  ScoredVariant labelled() {
    return variant.named(label);
  }

  private static List<Entry> of(Choice choice) {
    Evaluation evaluation = choice.evaluation().evaluation();
    List<Entry> found =
        evaluation.variants().stream()
            .filter(v -> choice.variant().orElse(v.name()).equals(v.name()))
            .map(v -> new Entry(v.name(), choice.evaluation(), v))
            .toList();
    if (found.isEmpty()) {
      List<String> names = evaluation.variants().stream().map(ScoredVariant::name).toList();
      String near = NearestName.hint(choice.variant().orElse(""), names);
      throw new PrerequisiteException(
          "evaluation '%s' has no variant '%s'%s"
              .formatted(
                  evaluation.name(),
                  choice.variant().orElse(""),
                  near.isEmpty() ? ": it has " + String.join(", ", names) : near));
    }
    return found;
  }
}
