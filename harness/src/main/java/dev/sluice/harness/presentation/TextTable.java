package dev.sluice.harness.presentation;

import java.util.List;

/** Rows of cells in columns that are as wide as their widest cell, for terminals and logs. */
public final class TextTable {
  private static final int GAP = 2;

  private TextTable() {}

  /**
   * The lines, head first, each ended.
   *
   * @param rows of as many cells as the head
   */
  public static String of(List<String> head, List<List<String>> rows) {
    int[] widths = new int[head.size()];
    widen(widths, head);
    rows.forEach(row -> widen(widths, row));
    StringBuilder text = new StringBuilder(line(widths, head));
    rows.forEach(row -> text.append(line(widths, row)));
    return text.toString();
  }

  private static void widen(int[] widths, List<String> row) {
    if (row.size() != widths.length) {
      throw new IllegalArgumentException(row + " in a table of " + widths.length + " columns");
    }
    for (int c = 0; c < widths.length; c++) {
      widths[c] = Math.max(widths[c], width(row.get(c)));
    }
  }

  private static String line(int[] widths, List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      line.append(row.get(c)).repeat(' ', widths[c] - width(row.get(c)) + GAP);
    }
    return line.toString().stripTrailing() + "\n";
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
