package dev.sluice.harness.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads JSON that may be hostile: no duplicate keys, no trailing text, bounded depth and lengths. */
public final class StrictJson {
  private static final int SHOWN = 80;

  // Field names of files are not worth a process-wide table that hostile names could fill.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxNumberLength(200)
                  .maxNameLength(4096)
                  .maxStringLength(1 << 20)
                  .build())
          .build();

  private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();

  private StrictJson() {}

  static JsonParser parser(byte[] bytes) throws IOException {
    return FACTORY.createParser(bytes);
  }

  /** The document in a file of at most {@code limit} bytes. */
  static JsonNode tree(Path file, long limit) {
    try {
      long size = Files.size(file);
      if (size > limit) {
        throw new PrerequisiteException(
            file + " is " + size + " bytes: at most " + limit + " are read. Is it the right file?");
      }
      return tree(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new PrerequisiteException(file + " cannot be read: " + reason(e), e);
    }
  }

  /** The object in these bytes; errors name {@code file}. */
  static JsonNode tree(byte[] bytes, String file) {
    JsonNode root = document(bytes, file);
    if (!root.isObject()) {
      throw new PrerequisiteException(file + " holds no JSON object: restore it from its source");
    }
    return root;
  }

  /**
   * The document in these bytes, of whatever kind.
   *
   * @param file for errors
   */
  public static JsonNode document(byte[] bytes, String file) {
    try (JsonParser json = parser(bytes)) {
      JsonNode root = MAPPER.readTree(json);
      if (json.nextToken() != null) {
        throw new PrerequisiteException(file + " has text after its JSON: restore it");
      }
      return root == null ? MissingNode.getInstance() : root;
    } catch (IOException e) {
      throw notJson(file, e);
    }
  }

  static PrerequisiteException notJson(String file, IOException cause) {
    return new PrerequisiteException(
        file + " is not valid JSON: " + reason(cause) + ". Restore it from its source", cause);
  }

  /** A text from a file, fit for one line of a message: short, without control characters. */
  public static String quote(String text) {
    String start = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return "'" + start.replaceAll("\\p{C}", "?") + "'";
  }

  private static String reason(IOException e) {
    String message =
        e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
    String line = String.valueOf(message).replaceAll("\\s+", " ").replaceAll("\\p{C}", "?");
    String start = line.length() > 3 * SHOWN ? line.substring(0, 3 * SHOWN) + "..." : line;
    return e instanceof JsonProcessingException
        ? start
        : e.getClass().getSimpleName() + ": " + start;
  }
}
