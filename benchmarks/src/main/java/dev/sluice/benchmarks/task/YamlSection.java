package dev.sluice.benchmarks.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.scorers.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A mapping of a task file. What is wrong with a value is added to the file's problems, and
 * something harmless is given back, so that all problems are found at once.
 */
final class YamlSection {
  private final String path;
  private final ObjectNode node;
  private final List<String> problems;
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * @param path of its keys, such as {@code source.}; empty at the top
   */
  YamlSection(String path, ObjectNode node, List<String> problems) {
    this.path = path;
    this.node = node;
    this.problems = problems;
  }

  boolean has(String key) {
    asked.add(key);
    return node.hasNonNull(key);
  }

  void problem(String key, String what) {
    problems.add("'" + path + key + "' " + what);
  }

  /** A text that has to be there. */
  String text(String key) {
    if (!has(key)) {
      problem(key, "is missing");
      return "";
    }
    return text(key, "");
  }

  String text(String key, String fallback) {
    if (!has(key)) {
      return fallback;
    }
    JsonNode value = node.get(key);
    if (value.isValueNode()) {
      return value.asText();
    }
    problem(key, "is not a text");
    return fallback;
  }

  long count(String key, long fallback) {
    String text = text(key, Long.toString(fallback));
    if (text.matches("[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    problem(key, "is '" + text + "', not a whole number from 0");
    return fallback;
  }

  boolean flag(String key) {
    String text = text(key, "false");
    if (!text.equals("true") && !text.equals("false")) {
      problem(key, "is '" + text + "', not true or false");
    }
    return text.equals("true");
  }

  /** A list of texts; one text is a list of one. */
  List<String> texts(String key) {
    if (!has(key)) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    JsonNode value = node.get(key);
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      if (!item.isValueNode()) {
        problem(key, "is not a list of texts");
      }
      texts.add(item.asText());
    }
    return texts;
  }

  /** Texts by name. */
  Map<String, List<String>> lists(String key) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    YamlSection section = section(key);
    section.node.fieldNames().forEachRemaining(name -> lists.put(name, section.texts(name)));
    return lists;
  }

  /** A mapping below a key; an empty one if there is none. */
  YamlSection section(String key) {
    String below = path + key + ".";
    if (has(key) && node.get(key) instanceof ObjectNode mapping) {
      return new YamlSection(below, mapping, problems);
    }
    if (has(key)) {
      problem(key, "is not a mapping of keys to values");
    }
    return new YamlSection(below, node.objectNode(), problems);
  }

  boolean isMapping(String key) {
    return has(key) && node.get(key).isObject();
  }

  /** The constant of a name; the first one, and a problem, if there is none. */
  <E extends Enum<E>> E named(String key, String name, Class<E> type) {
    Map<String, E> byName =
        Arrays.stream(type.getEnumConstants())
            .collect(
                Collectors.toMap(
                    e -> e.name().toLowerCase(Locale.ROOT),
                    Function.identity(),
                    (a, b) -> a,
                    LinkedHashMap::new));
    E constant = byName.get(name);
    if (constant == null) {
      problem(
          key,
          "is '%s', not one of %s%s"
              .formatted(
                  name,
                  String.join(", ", byName.keySet()),
                  NearestName.hint(name, byName.keySet())));
      return byName.values().iterator().next();
    }
    return constant;
  }

  /** A template; an empty one, and a problem, if it cannot be read. */
  FieldTemplate template(String key, String text) {
    try {
      return FieldTemplate.parse(text);
    } catch (IllegalArgumentException e) {
      problem(key, "is no template: " + e.getMessage());
      return FieldTemplate.parse("");
    }
  }

  /** The same mapping with some of its values replaced by those of another. */
  YamlSection replacedBy(YamlSection other) {
    ObjectNode merged = node.deepCopy();
    // The two spellings of a context exclude one another.
    if (other.has("contexts") || other.has("context")) {
      merged.remove(List.of("context", "contexts"));
    }
    merged.setAll(other.node);
    return new YamlSection(other.path, merged, problems);
  }

  /** Refuses every key that was never asked for. */
  void refuseOthers() {
    refuseOthers(asked);
  }

  void refuseOthers(Set<String> names) {
    node.fieldNames()
        .forEachRemaining(name -> {
          if (!names.contains(name)) {
            problem(name, "is no key" + hint(name, names));
          }
        });
  }

  private static String hint(String name, Set<String> names) {
    String near = NearestName.hint(name, names);
    return near.isEmpty() ? ": there are " + String.join(", ", names) : near;
  }
}
