package dev.sluice.dashboards;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is chosen at the top of a dashboard, put into expressions as Grafana does it. */
final class Choice {
  private static final String SPECIAL = "$^*{}[]'+?.()|";

  /** A digit after the dollar is a group of a pattern. */
  private static final Pattern UNSET = Pattern.compile("\\$[A-Za-z_{]");

  /** Longer names first: one may begin like another. */
  private final Map<String, String> values =
      new TreeMap<>(Comparator.comparing(String::length).reversed().thenComparing(name -> name));

  void set(String name, String value) {
    values.put(name, value);
  }

  /** All of them by their own pattern, as Grafana does where {@code All} has a value of its own. */
  void all(String name) {
    set(name, ".+");
  }

  /** Each of them by hand. */
  void several(String name, List<String> chosen) {
    List<String> quoted = chosen.stream().map(Choice::quoted).toList();
    set(
        name,
        quoted.size() == 1
            ? quoted.getFirst()
            : quoted.stream().collect(Collectors.joining("|", "(", ")")));
  }

  /** For a pattern within a PromQL string. */
  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\') {
        quoted.append("\\\\\\\\");
      } else {
        quoted.append(SPECIAL.indexOf(c) < 0 ? "" : "\\\\").append(c);
      }
    }
    return quoted.toString();
  }

  String in(String expr) {
    String text = expr;
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("$" + value.getKey(), value.getValue());
    }
    if (UNSET.matcher(text).find()) {
      throw new AssertionError("a variable that nobody sets in " + text);
    }
    return text;
  }
}
