package dev.sluice.harness.documents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.comparison.Comparer;
import dev.sluice.harness.comparison.Comparison;
import dev.sluice.harness.comparison.ComparisonJson;
import dev.sluice.harness.comparison.ComparisonPage;
import dev.sluice.harness.comparison.ComparisonTable;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Variants side by side. Safe for several threads. */
public final class CompareDocuments {
  private static final int MOST = 8;

  /** A comparison of very many would take minutes. */
  private static final int MOST_NAMED = 100;

  private final EvaluationDocuments evaluations;
  private final StateCache<Comparison> comparisons = new StateCache<>(MOST);

  /**
   * What is compared.
   *
   * @param of EVALUATION or EVALUATION:VARIANT, with commas between; the first is the baseline
   */
  public record Wanted(String of, Comparer.Scope scope) {
    private List<String> names() {
      List<String> names = Arrays.stream(of.split(",", -1)).map(String::strip).toList();
      if (names.size() > MOST_NAMED || names.stream().anyMatch(String::isEmpty)) {
        throw new PrerequisiteException(
            "of '"
                + of
                + "': write 1 to "
                + MOST_NAMED
                + " times EVALUATION or EVALUATION:VARIANT, with commas between");
      }
      return names;
    }
  }

  CompareDocuments(EvaluationDocuments evaluations) {
    this.evaluations = evaluations;
  }

  /** As {@code sluice compare --format json} prints it. */
  public ObjectNode json(Wanted wanted) {
    return ComparisonJson.of(comparison(wanted));
  }

  /** A self-contained page. */
  public String html(Wanted wanted) {
    return ComparisonPage.of(comparison(wanted));
  }

  /** One table of it. */
  public String csv(Wanted wanted, ComparisonTable table) {
    return table.csv(comparison(wanted));
  }

  private Comparison comparison(Wanted wanted) {
    List<String> names = wanted.names();
    Map<String, String> stamps = new TreeMap<>();
    names.forEach(name -> stamps.computeIfAbsent(evaluation(name), evaluations::require));
    return comparisons.get(wanted, stamps, () -> compare(names, wanted.scope()));
  }

  private Comparison compare(List<String> names, Comparer.Scope scope) {
    Map<String, EvaluationReader> opened = new HashMap<>();
    List<Comparer.Choice> choices = new ArrayList<>();
    for (String name : names) {
      int colon = name.indexOf(':');
      choices.add(
          new Comparer.Choice(
              opened.computeIfAbsent(evaluation(name), evaluations::reader),
              colon < 0 ? Optional.empty() : Optional.of(name.substring(colon + 1))));
    }
    return Comparer.compare(choices, scope);
  }

  /** Names of evaluations have no colon, those of variants may. */
  private static String evaluation(String name) {
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }
}
