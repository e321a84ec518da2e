package dev.sluice.harness.answers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The texts of the tokens that begin and end a sequence, where a tokenizer has them.
 *
 * @param beginning {@code bos_token}
 * @param end {@code eos_token}
 */
public record SpecialTokens(Optional<String> beginning, Optional<String> end) {

  /** Read a model folder's tokenizer_config.json; none if there is no such file. */
  public static SpecialTokens of(Path folder) {
    Path file = folder.resolve("tokenizer_config.json");
    if (!Files.isRegularFile(file)) {
      return new SpecialTokens(Optional.empty(), Optional.empty());
    }
    try {
      JsonNode config = new ObjectMapper().readTree(file.toFile());
      return new SpecialTokens(text(config.path("bos_token")), text(config.path("eos_token")));
    } catch (IOException e) {
      throw new PrerequisiteException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A text, or an object that holds it. */
  private static Optional<String> text(JsonNode token) {
    JsonNode content = token.isObject() ? token.path("content") : token;
    return content.isTextual() && !content.asText().isEmpty()
        ? Optional.of(content.asText())
        : Optional.empty();
  }
}
