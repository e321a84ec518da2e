package dev.sluice.harness.presentation;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Parts that pages have in common: sections, tables, cards, the grid of a picture. */
public final class Sections {
  private Sections() {}

  /** A place from 0 to 1 as a length of its frame. */
  public static String percent(double place) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * place);
  }

  /** Open a section; the caller closes it. */
  public static void open(Markup page, String title, String explained) {
    page.open("section").element("h2", title).element("p", explained, "class", "explain");
  }

  /** A folded part that says in a table what a picture shows. */
  public static void twin(Markup page, String title, Runnable table) {
    page.open("details").element("summary", title);
    scroll(page, title, table);
    page.closeLine();
  }

  /** A frame in which a wide table scrolls, reachable by keyboard. */
  public static void scroll(Markup page, String label, Runnable table) {
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", label);
    table.run();
    page.close();
  }

  /** A table of texts; the first cell of a row names it. */
  public static void table(Markup page, List<String> head, List<List<String>> rows) {
    page.open("table").open("thead").open("tr");
    head.forEach(name -> page.element("th", name, "scope", "col"));
    page.close().close().open("tbody");
    for (List<String> row : rows) {
      page.open("tr").element("th", row.getFirst(), "scope", "row");
      row.stream().skip(1).forEach(cell -> page.element("td", cell));
      page.closeLine();
    }
    page.close().close();
  }

  /** Names and values under a title. */
  public static void card(Markup page, String title, Map<String, String> facts) {
    page.open("div", "class", "card").element("h3", title).open("dl");
    facts.forEach((name, value) -> page.element("dt", name).element("dd", value));
    page.close().closeLine();
  }

  /** The lines and texts of a picture's ticks. */
  public static void grid(Markup page, Axis across, Axis up) {
    for (Axis.Tick tick : up.ticks()) {
      String y = percent(1 - up.place(tick.value()));
      page.element("line", "", "class", "grid", "x1", "0", "x2", "100%", "y1", y, "y2", y);
      page.element("text", tick.text(), "class", "tick y", "x", "-8", "y", y, "dy", "0.32em");
    }
    for (Axis.Tick tick : across.ticks()) {
      String x = percent(across.place(tick.value()));
      page.element("line", "", "class", "grid", "x1", x, "x2", x, "y1", "0", "y2", "100%");
      page.element("text", tick.text(), "class", "tick x", "x", x, "y", "100%", "dy", "1.5em");
    }
  }
}
