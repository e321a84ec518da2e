package dev.sluice.harness.depths;

import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Page;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.presentation.Sections;
import java.util.List;

/** What was found as one self-contained page, readable without JavaScript. */
public final class DepthPage {
  private static final String TITLE = "The intact model depth by depth";

  private final DepthFindings found;
  private final DepthRows rows;
  private final Markup page = Page.begin(TITLE, "");

  private DepthPage(DepthFindings found) {
    this.found = found;
    this.rows = new DepthRows(found);
  }

  /** The page's text, to be stored as UTF-8. */
  public static String of(DepthFindings found) {
    return new DepthPage(found).text();
  }

  private String text() {
    page.open("header").element("p", "Sluice · profile", "class", "eyebrow");
    page.element("h1", TITLE).closeLine().open("main");
    section(
        "Blocks",
        "How much each changes the states from its input to its output: influence is 1 - cosine over"
            + " all tokens, the angle over pi is that of last tokens. Small is unimportant.",
        DepthRows.BLOCKS,
        rows.blocks());
    section("Sublayers", sublayers(), rows.sublayersHead(), rows.sublayers());
    section(
        "Runs of blocks",
        "Of each length the run over which the states change least.",
        DepthRows.RUNS,
        rows.runs());
    DepthMaps.write(page, found.profile());
    found
        .probed()
        .ifPresent(probed ->
            section(
                "Separability",
                "How often the nearest centroid of the last token's states is that of a question's"
                    + " own class, the question left out. "
                    + String.join(" ", DepthRows.standing(probed)),
                DepthRows.SEPARABILITY,
                DepthRows.separability(probed.found())));
    page.open("section");
    Sections.card(page, "What the numbers depend on", found.facts());
    return page.closeLine().closeLine().closeLine().close().page();
  }

  private String sublayers() {
    String text =
        "Influence is 1 - cosine of input and output; update is the norm of what is added over that of"
            + " the input; l1 and l2 are norms of the linear weights.";
    return found
        .taylor()
        .map(taylor ->
            "%s Taylor is the sum of |weight times gradient| at a loss of %s nats over %s tokens."
                .formatted(
                    text, Quantities.score(taylor.loss()), Quantities.count(taylor.predictions())))
        .orElse(text);
  }

  private void section(
      String title, String explained, List<String> head, List<List<String>> cells) {
    Sections.open(page, title, explained);
    Sections.scroll(page, title, () -> Sections.table(page, head, cells));
    page.closeLine();
  }
}
