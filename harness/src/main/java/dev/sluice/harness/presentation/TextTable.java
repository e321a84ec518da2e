package dev.sluice.harness.presentation;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells in columns that are as wide as their widest cell, for terminals and logs. */
public final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param head names of the columns
   */
  public TextTable(List<String> head) {
    rows.add(List.copyOf(head));
  }

  /** Add a row of as many cells as the head has. */
  public void row(List<String> cells) {
    if (cells.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(cells + " in a table of " + rows.getFirst());
    }
    rows.add(List.copyOf(cells));
  }

  public boolean isEmpty() {
    return rows.size() == 1;
  }

  /** The lines, head first, each ended. */
  @Override
  public String toString() {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], width(row.get(c)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        line.append(row.get(c)).repeat(' ', widths[c] - width(row.get(c)) + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
