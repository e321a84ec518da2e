package dev.sluice.benchmarks.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.dataset.BadRowException;
import dev.sluice.benchmarks.dataset.Document;
import dev.sluice.benchmarks.task.text.PythonLiteral;
import dev.sluice.benchmarks.task.text.PythonText;
import dev.sluice.scorers.NearestName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one row while a task works on them: those of its document, and what steps add.
 * Nested fields are named with dots, list elements by their index: {@code choices.text.0}.
 */
final class Row {
  private static final int NAMES_SHOWN = 20;

  private final Path file;
  private final long line;
  private final ObjectNode fields;

  private Row(Path file, long line, ObjectNode fields) {
    this.file = file;
    this.line = line;
    this.fields = fields;
  }

  /** A copy of a document's fields, with those that are found under another name only. */
  static Row of(Document document, Map<String, List<String>> aliases) {
    Row row = new Row(document.file(), document.line(), document.fields().deepCopy());
    aliases.forEach(row::alias);
    return row;
  }

  private void alias(String name, List<String> others) {
    if (find(name) == null) {
      for (String other : others) {
        JsonNode value = find(other);
        if (value != null) {
          fields.set(name, value);
          return;
        }
      }
    }
  }

  boolean has(String name) {
    return find(name) != null;
  }

  void put(String name, String value) {
    fields.put(name, value);
  }

  void put(String name, int value) {
    fields.put(name, value);
  }

  void put(String name, List<String> values) {
    ArrayNode list = fields.putArray(name);
    values.forEach(list::add);
  }

  /** A value as Jinja prints it: texts as they are, numbers as in the file, Python's truths. */
  String text(String name) {
    JsonNode value = value(name);
    return switch (value.getNodeType()) {
      case STRING, NUMBER -> value.asText();
      case BOOLEAN -> value.booleanValue() ? "True" : "False";
      default -> throw bad("field '%s' is %s, not a text".formatted(name, kind(value)));
    };
  }

  int integer(String name) {
    String text = PythonText.strip(text(name));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw bad("field '%s' is '%s', not a whole number".formatted(name, shortened(text)));
    }
  }

  /** A list of texts; where a file's format has no lists, what Python prints of one. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object item : items(name)) {
      if (!(item instanceof String text)) {
        throw bad(
            "field '%s' is not a list of texts: element %d".formatted(name, texts.size() + 1));
      }
      texts.add(text);
    }
    return List.copyOf(texts);
  }

  /** A list as {@link PythonLiteral} gives it: texts, lists and maps. */
  List<?> items(String name) {
    Object value = plain(value(name));
    if (value instanceof String text) {
      try {
        value = PythonLiteral.parse(text);
      } catch (IllegalArgumentException e) {
        throw bad("field '%s' is %s".formatted(name, e.getMessage()));
      }
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw bad("field '%s' is %s, not a list".formatted(name, kind(value(name))));
  }

  private static Object plain(JsonNode node) {
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(plain(item)));
      return items;
    }
    if (node.isObject()) {
      Map<String, Object> entries = new LinkedHashMap<>();
      node.properties().forEach(e -> entries.put(e.getKey(), plain(e.getValue())));
      return entries;
    }
    return node.asText();
  }

  private JsonNode value(String name) {
    JsonNode value = find(name);
    if (value == null) {
      List<String> names = new ArrayList<>();
      fields.fieldNames().forEachRemaining(names::add);
      throw bad(
          "no field '%s', there is %s%s"
              .formatted(name, shown(names), NearestName.hint(name, names)));
    }
    if (value.isNull()) {
      throw bad("field '%s' is null".formatted(name));
    }
    return value;
  }

  private @Nullable JsonNode find(String name) {
    JsonNode whole = fields.get(name);
    if (whole != null || name.indexOf('.') < 0) {
      return whole;
    }
    JsonNode at = fields;
    for (String part : PythonText.split(name, '.')) {
      boolean index = at.isArray() && !part.isEmpty() && part.chars().allMatch(c -> digit(c));
      at = index && part.length() < 9 ? at.get(Integer.parseInt(part)) : at.get(part);
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private static String shown(List<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    return names.size() <= NAMES_SHOWN
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, NAMES_SHOWN)) + " and more";
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "an object";
      case BOOLEAN -> "a truth";
      case NUMBER -> "a number";
      case STRING, BINARY -> "a text";
      case NULL, MISSING -> "null";
    };
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  /** An error about this row. */
  BadRowException bad(String problem) {
    return new BadRowException(file, line, problem);
  }
}
