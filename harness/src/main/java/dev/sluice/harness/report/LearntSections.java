package dev.sluice.harness.report;

import dev.sluice.harness.depths.DepthMaps;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.SweepState.Learnt;
import java.util.Comparator;
import java.util.List;

/** What a strategy learnt beside its steps: what each candidate is worth, and the depths compared. */
final class LearntSections {
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
    learnt.profile().ifPresent(profile -> DepthMaps.write(page, profile));
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
}
