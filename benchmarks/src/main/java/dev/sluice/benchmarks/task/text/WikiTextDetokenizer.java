package dev.sluice.benchmarks.task.text;

import java.util.regex.Pattern;

/** Undoes the tokenisation of WikiText, rule by rule as lm-evaluation-harness does. */
public final class WikiTextDetokenizer {
  private static final String SPACE =
      "[\\x09-\\x0d\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*";

  private static final Pattern ROUND = pair("\\(", "\\)");
  private static final Pattern SQUARE = pair("\\[", "\\]");
  private static final Pattern CURLY = pair("\\{", "\\}");
  private static final Pattern DOUBLE_QUOTES = pair("\"", "\"");
  private static final Pattern SINGLE_QUOTES = pair("'", "'");
  private static final Pattern YEARS = Pattern.compile("/' [0-9]/");

  private WikiTextDetokenizer() {}

  private static Pattern pair(String open, String close) {
    return Pattern.compile(open + SPACE + "([^" + close + "]*?)" + SPACE + close);
  }

  /** The page as it would have been written. */
  public static String detokenize(String page) {
    return spacing(pairs(punctuation(numbers(page))));
  }

  private static String numbers(String text) {
    String joined = text.replace("s '", "s'");
    // The replacement is a text, not a pattern: a slip that scores depend on.
    return YEARS
        .matcher(joined)
        .replaceAll("/'[0-9]/")
        .replace(" @-@ ", "-")
        .replace(" @,@ ", ",")
        .replace(" @.@ ", ".");
  }

  private static String punctuation(String text) {
    return text.replace(" : ", ": ")
        .replace(" ; ", "; ")
        .replace(" . ", ". ")
        .replace(" ! ", "! ")
        .replace(" ? ", "? ")
        .replace(" , ", ", ");
  }

  private static String pairs(String text) {
    String out = ROUND.matcher(text).replaceAll("($1)");
    out = SQUARE.matcher(out).replaceAll("[$1]");
    out = CURLY.matcher(out).replaceAll("{$1}");
    out = DOUBLE_QUOTES.matcher(out).replaceAll("\"$1\"");
    return SINGLE_QUOTES.matcher(out).replaceAll("'$1'");
  }

  private static String spacing(String text) {
    return text.replace("= = = =", "====")
        .replace("= = =", "===")
        .replace("= =", "==")
        .replace(" \u00b0 ", "\u00b0")
        .replace(" \n", "\n")
        .replace("\n ", "\n")
        .replace(" N ", " 1 ")
        .replace(" 's", "'s");
  }
}
