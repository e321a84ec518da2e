package dev.sluice.harness.depths;

import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.presentation.TerminalLine;
import dev.sluice.harness.presentation.TextTable;
import dev.sluice.scorers.TaylorScores;
import java.util.List;
import java.util.Locale;

/** What was found as text for a terminal of 80 columns. */
public final class DepthText {
  private static final int WIDTH = 80;
  private static final int CELL = 4;

  /** Depths of a matrix that stand side by side, behind a number of their own. */
  private static final int MOST_DEPTHS = WIDTH / CELL - 1;

  private final DepthFindings found;
  private final DepthRows rows;
  private final StringBuilder out = new StringBuilder();

  private DepthText(DepthFindings found) {
    this.found = found;
    this.rows = new DepthRows(found);
  }

  /** The text, ending with a line end. */
  public static String of(DepthFindings found) {
    return new DepthText(found).text();
  }

  private String text() {
    line("Sluice · the intact model depth by depth");
    found.facts().forEach((name, value) -> line("  %-12s %s".formatted(name, value)));
    section("Blocks: how much each changes the states from its input to its output");
    out.append(TextTable.of(DepthRows.BLOCKS, rows.blocks()));
    section("Sublayers: the same, what each adds, and how large its weights are");
    out.append(TextTable.of(rows.sublayersHead(), rows.sublayers()));
    found.taylor().ifPresent(this::taylor);
    if (found.profile().blocks() > 1) {
      section("Runs of blocks over which the states change least");
      out.append(TextTable.of(DepthRows.RUNS, rows.runs()));
    }
    section("Depths compared, in hundredths; depth n lies before block n");
    matrix("angle over pi, last token", found.profile().angle(), 0);
    matrix("1 - cosine, all tokens", found.profile().cosine(), 1);
    matrix("1 - CKA", found.profile().cka(), 1);
    found.probed().ifPresent(this::separability);
    return out.toString();
  }

  private void taylor(TaylorScores taylor) {
    line(
        "Taylor scores by the gradient of a loss of %s nats over %s tokens"
            .formatted(Quantities.score(taylor.loss()), Quantities.count(taylor.predictions())));
  }

  /** The lower half of a symmetric matrix at blocks' ends; of deep models some of them. */
  private void matrix(String name, List<List<Double>> matrix, double alike) {
    int blocks = matrix.size() / 2;
    int step = Math.ceilDiv(blocks + 1, MOST_DEPTHS);
    line(name);
    for (int i = 0; i <= blocks; i += step) {
      out.append(String.format(Locale.ROOT, "%" + CELL + "d", i));
      for (int j = 0; j <= i; j += step) {
        out.append(cell(Math.abs(matrix.get(2 * i).get(2 * j) - alike)));
      }
      out.append('\n');
    }
    out.append(" ".repeat(CELL));
    for (int j = 0; j <= blocks; j += step) {
      out.append(String.format(Locale.ROOT, "%" + CELL + "d", j));
    }
    out.append('\n');
  }

  private static String cell(double distance) {
    return Double.isFinite(distance)
        ? String.format(Locale.ROOT, "%" + CELL + "d", Math.round(100 * distance))
        : String.format(Locale.ROOT, "%" + CELL + "s", "-");
  }

  private void separability(DepthFindings.Probed probed) {
    section("Separability: right by the nearest centroid of the last token's states");
    DepthRows.standing(probed).forEach(this::line);
    out.append(TextTable.of(DepthRows.SEPARABILITY, DepthRows.separability(probed.found())));
  }

  private void section(String title) {
    out.append('\n');
    line(title);
  }

  private void line(String text) {
    out.append(TerminalLine.fit(TerminalLine.clean(text), WIDTH)).append('\n');
  }
}
