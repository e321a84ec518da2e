package dev.sluice.harness.export.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Names the pre-tokenizers that llama.cpp has under a name (src/llama-vocab.cpp); it takes no regular
 * expression from a file.
 */
final class PreTokenizers {
  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String TEKKEN =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"
          + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|"
          + "\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** A regular expression, and whether a word that is a token is taken whole without merging. */
  private record Split(String regex, boolean wholeWords) {}

  private static final Map<Split, String> BY_SPLIT =
      Map.of(
          new Split(LLAMA3, true), "llama-bpe",
          new Split(LLAMA3, false), "smaug-bpe",
          new Split(QWEN2, false), "qwen2",
          new Split(TEKKEN, true), "tekken");

  private PreTokenizers() {}

  /**
   * llama.cpp's name of a byte-level pre-tokenizer; empty where it has none.
   *
   * @param pre {@code pre_tokenizer} of a tokenizer.json
   * @param wholeWords {@code ignore_merges} of its model
   */
  static Optional<String> name(JsonNode pre, boolean wholeWords) {
    List<JsonNode> steps =
        pre.path("type").asText().equals("Sequence")
            ? StreamSupport.stream(pre.path("pretokenizers").spliterator(), false).toList()
            : List.of(pre);
    JsonNode last = steps.isEmpty() ? pre : steps.getLast();
    if (!last.path("type").asText().equals("ByteLevel")
        || last.path("add_prefix_space").asBoolean(true)) {
      return Optional.empty();
    }
    if (!last.path("use_regex").asBoolean(true)) {
      return steps.size() == 2 ? bySplit(steps.getFirst(), wholeWords) : Optional.empty();
    }
    if (wholeWords) {
      return Optional.empty();
    }
    return switch (steps.size()) {
      case 1 -> Optional.of("gpt-2");
      case 2 -> isSingleDigits(steps.getFirst()) ? Optional.of("smollm") : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static boolean isSingleDigits(JsonNode step) {
    return step.path("type").asText().equals("Digits")
        && step.path("individual_digits").asBoolean();
  }

  private static Optional<String> bySplit(JsonNode step, boolean wholeWords) {
    boolean plain =
        step.path("type").asText().equals("Split")
            && step.path("behavior").asText().equals("Isolated")
            && !step.path("invert").asBoolean();
    String regex = step.path("pattern").path("Regex").asText();
    return plain
        ? Optional.ofNullable(BY_SPLIT.get(new Split(regex, wholeWords)))
        : Optional.empty();
  }
}
