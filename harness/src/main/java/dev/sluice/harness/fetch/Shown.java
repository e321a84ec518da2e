package dev.sluice.harness.fetch;

import java.util.List;
import java.util.Locale;

/** Texts from outside and sizes, fit for one line of a message. */
final class Shown {
  private static final int LONGEST = 120;
  private static final int NAMES = 5;

  private Shown() {}

  /** In quotes, short, without control characters. */
  static String quote(String text) {
    return "'" + plain(text) + "'";
  }

  /** Short, without control characters. */
  static String plain(String text) {
    String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    return start.replaceAll("\\p{C}", "?");
  }

  /** What went wrong, by the exception's own words where it has some. */
  static String reason(Throwable e) {
    String message = e.getMessage();
    String name = e.getClass().getSimpleName();
    return plain(message == null || message.isBlank() ? name : name + ": " + message);
  }

  /** The first few names and how many there are besides. */
  static String some(List<String> names) {
    String first = String.join(", ", names.stream().limit(NAMES).map(Shown::plain).toList());
    return names.size() > NAMES ? first + " and " + (names.size() - NAMES) + " more" : first;
  }

  /** In MiB or GiB with one decimal, or plain bytes for less than a MiB. */
  static String bytes(long bytes) {
    if (bytes < 1L << 20) {
      return bytes + " bytes";
    }
    boolean large = bytes >= 1L << 30;
    return String.format(
        Locale.ROOT,
        "%.1f %s",
        (double) bytes / (large ? 1L << 30 : 1L << 20),
        large ? "GiB" : "MiB");
  }
}
