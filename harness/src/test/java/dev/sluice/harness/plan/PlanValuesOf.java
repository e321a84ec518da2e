package dev.sluice.harness.plan;

import dev.sluice.scorers.PrerequisiteException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of a small plan, and what is wrong with it. */
final class PlanValuesOf {
  private PlanValuesOf() {}

  /** A model and a text, and more by key. */
  static Map<String, String> with(String... pairs) {
    Map<String, String> values =
        new LinkedHashMap<>(Map.of("model", "tiny", "calibration", "text.txt"));
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return values;
  }

  /** The message that refuses a plan; empty where it is none. */
  static String problemsOf(Map<String, String> values) {
    try {
      PlanReader.from(values);
      return "";
    } catch (PrerequisiteException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
