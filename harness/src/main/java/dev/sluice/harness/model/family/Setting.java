package dev.sluice.harness.model.family;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A value of the decoder: fixed by the family, or found under a key of config.json.
 *
 * @param keys of which the first that is there counts; none where the family fixes the value
 * @param otherwise the fixed value, or what holds where no key is there
 */
public record Setting(List<String> keys, Optional<String> otherwise) {
  private static final String NONE = "none";
  private static final Pattern FIXED = Pattern.compile("true|false|none|\\d[\\d.e-]*");

  public Setting {
    keys = List.copyOf(keys);
  }

  /** Read {@code key}, {@code key | key or 5}, {@code true} or {@code none}. */
  static Setting parse(String text) {
    if (FIXED.matcher(text).matches()) {
      return new Setting(List.of(), present(text));
    }
    String[] parts = text.split(" or ", 2);
    return new Setting(
        Arrays.stream(parts[0].split("\\|")).map(String::strip).toList(),
        parts.length == 2 ? present(parts[1].strip()) : Optional.empty());
  }

  private static Optional<String> present(String value) {
    return Optional.of(value).filter(v -> !v.equals(NONE));
  }
}
