package dev.sluice.harness.depths;

import dev.sluice.harness.presentation.ColourScale;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.scorers.DepthProfile;
import java.util.List;
import java.util.Locale;

/** The matrices of a profile as heat maps of a page. */
public final class DepthMaps {
  private static final int CELL = 12;

  private DepthMaps() {}

  /** A section with one map for each matrix. */
  public static void write(Markup page, DepthProfile profile) {
    page.open("section", "id", "depths", "aria-labelledby", "depths-title");
    page.element("h2", "The depths of the intact model compared", "id", "depths-title");
    page.element(
        "p",
        "One row and one column a boundary between sublayers, from the embedding on. Dark is alike."
            + " The numbers are in the JSON report.",
        "class",
        "explain");
    page.open("div", "class", "pair");
    map(page, "1 - cosine, all tokens", profile.cosine(), 1);
    map(page, "angle over pi, last token", profile.angle(), 0);
    map(page, "1 - CKA", profile.cka(), 1);
    page.closeLine().closeLine();
  }

  /**
   * @param alike the value of equal states
   */
  private static void map(Markup page, String name, List<List<Double>> matrix, double alike) {
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
