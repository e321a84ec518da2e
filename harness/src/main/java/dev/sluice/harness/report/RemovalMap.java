package dev.sluice.harness.report;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.presentation.ColourScale;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.Step;
import java.util.Optional;

/**
 * The two-row map in HTML: one cell for each attention and FFN, coloured by and bearing its rank of
 * removal. Blocks stand in banks that wrap, so that the map fits a telephone without scrolling.
 */
final class RemovalMap {
  private static final int BANK = 8;

  private final Findings findings;

  RemovalMap(Findings findings) {
    this.findings = findings;
  }

  void write(Markup page) {
    int banks = (findings.blocks() + BANK - 1) / BANK;
    int size = (findings.blocks() + banks - 1) / banks;
    page.open(
        "div",
        "class",
        "map",
        "role",
        "group",
        "aria-label",
        "Map of the model: rank of removal of each sublayer",
        "style",
        "--banks:" + Math.min(banks, 4) + ";--two:" + Math.min(banks, 2) + ";--size:" + size);
    for (int from = 0; from < findings.blocks(); from += size) {
      bank(page, from, Math.min(from + size, findings.blocks()));
    }
    page.closeLine();
    legend(page);
  }

  private void bank(Markup page, int from, int to) {
    page.open("div", "class", "bank");
    page.element("span", "block", "class", "row-name");
    for (int block = from; block < to; block++) {
      page.element("span", Integer.toString(block), "class", "block");
    }
    row(page, SublayerKind.ATTENTION, "attention", from, to);
    row(page, SublayerKind.FFN, "FFN", from, to);
    page.closeLine();
  }

  private void row(Markup page, SublayerKind kind, String name, int from, int to) {
    page.element("span", name, "class", "row-name " + kind.id());
    for (int block = from; block < to; block++) {
      cell(page, new Sublayer(block, kind));
    }
  }

  private void cell(Markup page, Sublayer sublayer) {
    String row = sublayer.kind().id();
    Optional<Step> removal = findings.removal(sublayer);
    Optional<String> experts = findings.expertsCut(sublayer);
    if (removal.isEmpty() && experts.isPresent()) {
      String title = sublayer + ": " + experts.get() + " experts are cut";
      page.element("span", experts.get(), "class", "cell part " + row, "title", title);
      return;
    }
    if (removal.isEmpty()) {
      page.element("span", "·", "class", "cell kept " + row, "title", sublayer + ": kept");
      return;
    }
    Step step = removal.get();
    page.element(
        "a",
        Integer.toString(step.number()),
        "class",
        "cell c" + level(step.number()) + " " + row,
        "href",
        "#step-" + step.number(),
        "data-step",
        Integer.toString(step.number()),
        "title",
        sublayer
            + ": cut in step "
            + step.number()
            + ", "
            + findings.objective().id()
            + " "
            + Quantities.scoreWithError(step.score(), findings.rowError(step)));
  }

  private int level(int rank) {
    int last = findings.last().map(Step::number).orElse(rank);
    return last == 1 ? 0 : ColourScale.level((rank - 1.0) / (last - 1));
  }

  private void legend(Markup page) {
    page.open("p", "class", "legend");
    if (findings.last().isPresent()) {
      page.element("span", "cut first, rank 1")
          .open("span", "class", "ramp", "aria-hidden", "true");
      for (int level = 0; level < ColourScale.LEVELS; level++) {
        page.element("i", "", "class", "c" + level);
      }
      page.close().element("span", "cut last, rank " + findings.last().orElseThrow().number());
    }
    page.element("span", "·", "class", "cell kept swatch").element("span", "kept").closeLine();
  }
}
