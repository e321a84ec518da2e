package dev.sluice.benchmarks.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.benchmarks.Utf8Lines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads one JSON object a line; blank lines are skipped. */
final class JsonLinesReader implements DocumentReader {
  static final ObjectReader READER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private final Path file;
  private final Utf8Lines lines;
  private long index;

  JsonLinesReader(Path file) {
    this.file = file;
    this.lines = Utf8Lines.open(file, Files::newInputStream);
  }

  @Override
  public @Nullable Document next() {
    String line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
    }
    return line == null ? null : new Document(file, index++, lines.number(), object(line));
  }

  private JsonNode object(String line) {
    try {
      JsonNode node = READER.readTree(line);
      if (node.isObject()) {
        return node;
      }
      throw bad("holds " + kind(node));
    } catch (JsonProcessingException e) {
      throw bad(reason(e));
    }
  }

  private BadRowException bad(String reason) {
    return new BadRowException(file, lines.number(), "not one JSON object: " + reason);
  }

  static String kind(JsonNode node) {
    return node.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  static String reason(JsonProcessingException e) {
    String first = e.getOriginalMessage().lines().findFirst().orElse("malformed");
    return first.length() <= 200 ? first : first.substring(0, 200) + "...";
  }

  @Override
  public void close() {
    lines.close();
  }
}
