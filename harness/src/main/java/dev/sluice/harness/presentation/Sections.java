package dev.sluice.harness.presentation;

import java.util.List;
import java.util.Locale;

/** Sections, tables and lengths of a page. */
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

  /** A folded table that says what a picture shows, reachable by keyboard. */
  public static void twin(Markup page, String title, List<String> head, List<List<String>> rows) {
    page.open("details").element("summary", title);
    table(page, title, head, rows);
    page.closeLine();
  }

  /** A table in a frame in which it scrolls. */
  public static void table(Markup page, String label, List<String> head, List<List<String>> rows) {
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", label);
    page.open("table").open("thead").open("tr");
    head.forEach(name -> page.element("th", name, "scope", "col"));
    page.close().close().open("tbody");
    for (List<String> row : rows) {
      page.open("tr").element("th", row.getFirst(), "scope", "row");
      row.stream().skip(1).forEach(cell -> page.element("td", cell));
      page.closeLine();
    }
    page.close().close().close();
  }
}
