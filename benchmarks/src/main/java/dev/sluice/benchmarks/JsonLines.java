package dev.sluice.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.scorers.NearestName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * JSON lines in UTF-8: one field of every row is a prompt, unchanged, its own line ends included.
 * Blank lines are skipped. A line may have 16 MiB.
 */
public final class JsonLines implements PromptSource {
  private static final int NAMES_SHOWN = 20;
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private final Path file;
  private final String field;
  private final Utf8Lines.Opener opener;

  /**
   * @param field name of the prompt's field at the top of each row
   */
  public JsonLines(Path file, String field) {
    this(file, field, Files::newInputStream);
  }

  JsonLines(Path file, String field, Utf8Lines.Opener opener) {
    this.file = file;
    this.field = field;
    this.opener = opener;
  }

  @Override
  public Flux<Prompt> prompts() {
    return LinePrompts.of(file, opener, this::text);
  }

  private String text(String line, Utf8Lines at) {
    JsonNode row = row(line, at);
    JsonNode value = row.get(field);
    if (value == null) {
      List<String> names = new ArrayList<>();
      row.fieldNames().forEachRemaining(names::add);
      throw at.error(
          "no field '" + field + "', there is " + names(row) + NearestName.hint(field, names));
    }
    if (!value.isTextual()) {
      throw at.error(
          "field '%s' is %s, not a text, there is %s".formatted(field, kind(value), names(row)));
    }
    return value.textValue();
  }

  /** The JSON object of a line. */
  static JsonNode row(String line, Utf8Lines at) {
    JsonNode row;
    try {
      row = READER.readTree(line);
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("malformed");
      throw at.error("not one JSON object per line: " + shortened(reason));
    }
    if (!row.isObject()) {
      throw at.error("not one JSON object per line: it holds " + kind(row));
    }
    return row;
  }

  /** The names of a row's fields for a message. */
  static String names(JsonNode row) {
    List<String> names = new ArrayList<>();
    row.fieldNames().forEachRemaining(name -> names.add("'" + shortened(name) + "'"));
    if (names.isEmpty()) {
      return "none";
    }
    return names.size() <= NAMES_SHOWN
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, NAMES_SHOWN))
            + " and "
            + (names.size() - NAMES_SHOWN)
            + " more";
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT, POJO -> "an object";
      case BOOLEAN -> "a boolean";
      case NUMBER -> "a number";
      case STRING, BINARY -> "a text";
      case NULL -> "null";
      case MISSING -> "nothing";
    };
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }
}
