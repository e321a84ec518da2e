package dev.sluice.harness.report;

import dev.sluice.harness.presentation.ColourScale;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.SweepState.Learnt;
import dev.sluice.scorers.DepthProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a strategy learnt beside its steps: what each candidate is worth, and the depths compared. */
final class LearntSections {
  private static final int CELL = 12;

  private final Learnt learnt;
  private final HtmlTables tables;

  LearntSections(Findings findings, HtmlTables tables) {
    this.learnt = findings.state().learnt();
    this.tables = tables;
  }

  void write(Markup page) {
    if (!learnt.attributions().isEmpty()) {
      page.open("section", "id", "worth", "aria-labelledby", "worth-title");
      page.element("h2", "What each candidate is worth", "id", "worth-title");
      page.element("p", "In the strategy's own unit; the least is cut first.", "class", "explain");
      tables.scroll("What each candidate is worth", this::worth);
      page.closeLine();
    }
    learnt.profile().ifPresent(profile -> depths(page, profile));
  }

  private void worth() {
    tables.head("place", "candidate", "worth ± standard error");
    List<Attribution> ordered =
        learnt.attributions().stream()
            .sorted(Comparator.comparingDouble(Attribution::score))
            .toList();
    for (int place = 0; place < ordered.size(); place++) {
      Attribution one = ordered.get(place);
      tables.row(
          Integer.toString(place + 1),
          one.candidate().name(),
          Quantities.scoreWithError(one.score(), one.standardError()));
    }
    tables.end();
  }

  private static void depths(Markup page, DepthProfile profile) {
    page.open("section", "id", "depths", "aria-labelledby", "depths-title");
    page.element("h2", "The depths of the intact model compared", "id", "depths-title");
    page.element(
        "p",
        "One row and one column a boundary between sublayers, from the embedding on. Dark is alike."
            + " The numbers are in the JSON report.",
        "class",
        "explain");
    page.open("div", "class", "pair");
    heat(page, "1 - cosine, all tokens", profile.cosine(), 1);
    heat(page, "angle over pi, last token", profile.angle(), 0);
    heat(page, "1 - CKA", profile.cka(), 1);
    page.closeLine().closeLine();
  }

  /**
   * @param alike the value of equal states
   */
  private static void heat(Markup page, String name, List<List<Double>> matrix, double alike) {
    int size = matrix.size();
    String side = Integer.toString(size * CELL);
    double most =
        matrix.stream()
            .flatMap(List::stream)
            .mapToDouble(v -> Math.abs(v - alike))
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    page.open("div", "class", "panel").element("h3", name);
    page.open("svg", "role", "img", "aria-label", name, "viewBox", "0 0 " + side + " " + side);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double value = matrix.get(i).get(j);
        double distance = most == 0 ? 0 : Math.abs(value - alike) / most;
        page.open(
            "g", "class", Double.isNaN(value) ? "unscored" : "c" + ColourScale.level(distance));
        page.element("title", String.format(Locale.ROOT, "%d and %d: %.4f", i, j, value));
        page.element(
            "rect",
            "",
            "x",
            Integer.toString(j * CELL),
            "y",
            Integer.toString(i * CELL),
            "width",
            Integer.toString(CELL),
            "height",
            Integer.toString(CELL));
        page.close();
      }
    }
    page.close().closeLine();
  }
}
