package dev.sluice.benchmarks.dataset;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.sluice.scorers.PrerequisiteException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads one JSON array of objects, an element at a time. */
final class JsonArrayReader implements DocumentReader {
  // Elements follow one another, so that trailing tokens are no error here.
  private static final ObjectReader ELEMENTS =
      JsonLinesReader.READER.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final JsonParser parser;
  private long index;

  JsonArrayReader(Path file) {
    this.file = file;
    try {
      this.parser = ELEMENTS.createParser(Files.newInputStream(file));
      parser.nextToken();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Whether the first character that is not blank opens an array. */
  static boolean holdsArray(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int c = in.read();
      while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        c = in.read();
      }
      return c == '[';
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public @Nullable Document next() {
    try {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.END_ARRAY) {
        refuseMore();
        return null;
      }
      if (token == null) {
        // An array that ends too early is an error of the parser; nothing follows one that ended.
        return null;
      }
      long line = parser.currentTokenLocation().getLineNr();
      JsonNode node = ELEMENTS.readTree(parser);
      long place = index++;
      if (!node.isObject()) {
        String kind = JsonLinesReader.kind(node);
        throw new BadRowException(file, line, "element " + index + " is a " + kind);
      }
      return new Document(file, place, line, node);
    } catch (JsonProcessingException e) {
      throw new PrerequisiteException(
          "%s, line %d: not a JSON array of objects: %s. Nothing after it can be read"
              .formatted(file, e.getLocation().getLineNr(), JsonLinesReader.reason(e)),
          e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private void refuseMore() throws IOException {
    if (parser.nextToken() != null) {
      throw new PrerequisiteException(
          "%s, line %d: more follows the array: keep one array a file"
              .formatted(file, parser.currentTokenLocation().getLineNr()));
    }
  }

  private static PrerequisiteException unreadable(Path file, IOException e) {
    return e instanceof NoSuchFileException
        ? new PrerequisiteException("no file " + file.toAbsolutePath() + ": check the path", e)
        : new PrerequisiteException("cannot read " + file + ": " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }
}
