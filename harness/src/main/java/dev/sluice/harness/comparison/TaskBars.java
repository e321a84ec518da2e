package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.harness.presentation.ColourScale;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Sections;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import java.util.List;
import java.util.Optional;

/** For every main task a bar for each variant, with its 95 % interval. */
final class TaskBars {
  /** Standard errors to each side of a mean. */
  static final double HALF_INTERVAL = 1.96;

  private final Comparison comparison;

  TaskBars(Comparison comparison) {
    this.comparison = comparison;
  }

  void write(Markup page) {
    comparison.tasks().stream()
        .filter(task -> comparison.main().contains(task.task()))
        .forEach(task -> bars(page, task));
  }

  private void bars(Markup page, TaskResults.OfTask task) {
    List<Metric> metrics =
        task.variants().values().stream()
            .findFirst()
            .map(v -> v.scores().stream().map(TaskScore::metric).toList())
            .orElse(List.of());
    for (Metric metric : metrics) {
      double most =
          metric == Metric.ACC || metric == Metric.ACC_NORM
              ? 1
              : task.variants().values().stream()
                  .flatMap(v -> v.scores().stream())
                  .filter(s -> s.metric() == metric)
                  .mapToDouble(s -> s.value() + half(s))
                  .max()
                  .orElse(1);
      page.open("div", "class", "bars").element("h3", task.task() + ", " + metric.id());
      for (int i = 0; i < comparison.variants().size(); i++) {
        bar(page, task, metric, i, most);
      }
      page.closeLine();
    }
  }

  private static double half(TaskScore score) {
    return HALF_INTERVAL * score.standardError().orElse(0);
  }

  private void bar(Markup page, TaskResults.OfTask task, Metric metric, int place, double most) {
    ScoredVariant variant = comparison.variants().get(place);
    Optional<TaskScore> score =
        Optional.ofNullable(task.variants().get(variant.name())).stream()
            .flatMap(v -> v.scores().stream())
            .filter(s -> s.metric() == metric)
            .findFirst();
    page.element("span", variant.name(), "class", "who");
    String what = score.map(ComparisonRows::shown).orElse("not asked");
    page.open("svg", "role", "img", "aria-label", variant.name() + ": " + what);
    score.ifPresent(s -> {
      int level = ColourScale.level((place + 1.0) / (comparison.variants().size() + 1));
      String width = Sections.percent(Math.clamp(s.value() / most, 0, 1));
      page.element(
          "rect", "", "class", "bar c" + level, "width", width, "height", "100%", "rx", "2");
      String low = Sections.percent(Math.clamp((s.value() - half(s)) / most, 0, 1));
      String high = Sections.percent(Math.clamp((s.value() + half(s)) / most, 0, 1));
      page.element("line", "", "class", "whisker", "x1", low, "x2", high, "y1", "50%", "y2", "50%");
    });
    page.close().element("span", what, "class", "value");
  }
}
