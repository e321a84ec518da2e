package dev.sluice.harness.export.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.harness.export.gguf.Vocabulary.Specials;
import dev.sluice.harness.export.gguf.Vocabulary.Token;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds the tokens with a meaning in the files of a checkpoint. */
final class SpecialTokenReader {
  private final Path folder;
  private final JsonNode tokenizer;
  private final List<Token> tokens;
  private final JsonNode tokenizerConfig;
  private final JsonNode config;

  /**
   * @param tokenizer the tokenizer.json
   * @param tokens by id
   */
  SpecialTokenReader(Path folder, JsonNode tokenizer, List<Token> tokens) {
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.tokens = tokens;
    this.tokenizerConfig = tree("tokenizer_config.json");
    this.config = tree("config.json");
  }

  private JsonNode tree(String name) {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file) ? VocabularyReader.tree(file) : MissingNode.getInstance();
  }

  /** What a sequence begins and ends with is what the post-processor adds, where it adds something. */
  Specials specials() throws InexpressibleException {
    OptionalInt first = OptionalInt.empty();
    OptionalInt last = OptionalInt.empty();
    boolean text = false;
    JsonNode template = template();
    for (JsonNode piece : template.path("single")) {
      if (!piece.path("Sequence").isMissingNode()) {
        text = true;
        continue;
      }
      OptionalInt id = OptionalInt.of(id(template, piece));
      require((text ? last : first).isEmpty());
      first = text ? first : id;
      last = text ? id : last;
    }
    return new Specials(
        first.isPresent() ? first : named("bos"),
        last.isPresent() ? last : named("eos"),
        named("unk"),
        named("pad"),
        first.isPresent(),
        last.isPresent());
  }

  private static int id(JsonNode template, JsonNode piece) throws InexpressibleException {
    String name = piece.path("SpecialToken").path("id").asText();
    JsonNode ids = template.path("special_tokens").path(name).path("ids");
    require(ids.size() == 1);
    return ids.get(0).intValue();
  }

  /** The template of the post-processor; an empty node where it adds nothing. */
  private JsonNode template() throws InexpressibleException {
    JsonNode processor = tokenizer.path("post_processor");
    List<JsonNode> steps = new ArrayList<>();
    if (processor.path("type").asText().equals("Sequence")) {
      processor.path("processors").forEach(steps::add);
    } else if (processor.isObject()) {
      steps.add(processor);
    }
    JsonNode template = MissingNode.getInstance();
    for (JsonNode step : steps) {
      String type = step.path("type").asText();
      boolean isTemplate = type.equals("TemplateProcessing") && template.isMissingNode();
      require(isTemplate || type.equals("ByteLevel"));
      template = isTemplate ? step : template;
    }
    return template;
  }

  private static void require(boolean holds) throws InexpressibleException {
    if (!holds) {
      throw new InexpressibleException(
          "its tokenizer.json adds more to a text than one token in front and one behind");
    }
  }

  /** A token by its role in tokenizer_config.json, else in config.json. */
  private OptionalInt named(String role) {
    JsonNode named = tokenizerConfig.path(role + "_token");
    String text = named.isObject() ? named.path("content").asText("") : named.asText("");
    for (int id = 0; id < tokens.size() && !text.isEmpty(); id++) {
      if (tokens.get(id).text().equals(text)) {
        return OptionalInt.of(id);
      }
    }
    JsonNode id = config.path(role + "_token_id");
    JsonNode one = id.isArray() && !id.isEmpty() ? id.get(0) : id;
    boolean known = one.isInt() && one.intValue() >= 0 && one.intValue() < tokens.size();
    return known ? OptionalInt.of(one.intValue()) : OptionalInt.empty();
  }

  /** From tokenizer_config.json, or the file beside it. */
  Optional<String> chatTemplate() {
    JsonNode template = tokenizerConfig.path("chat_template");
    for (JsonNode named : template.isArray() ? template : List.<JsonNode>of()) {
      if (named.path("name").asText().equals("default")) {
        return Optional.of(named.path("template").asText());
      }
    }
    Path file = folder.resolve("chat_template.jinja");
    if (template.isTextual() || !Files.isRegularFile(file)) {
      return Optional.of(template.asText("")).filter(t -> !t.isEmpty());
    }
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      throw new PrerequisiteException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
