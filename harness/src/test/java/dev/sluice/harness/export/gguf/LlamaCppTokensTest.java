package dev.sluice.harness.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same tokens in llama.cpp as by the tokenizer.json, for each kind that is written. */
class LlamaCppTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BYTE_LEVEL =
      "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":%b}";

  private static final String SPLIT =
      "{\"type\":\"Split\",\"pattern\":{\"Regex\":%s},\"behavior\":\"Isolated\",\"invert\":false}";

  private static final List<String> TEXTS =
      List.of(
          "Hello, world!",
          "  two  blanks   three    ",
          "tabs\tand\nlines\r\n\r\n\n  indented\n",
          "I'M you'Re we'll they'd 'tis",
          "in 1984 there were 1234567 of 3.14 and ½ or ２",
          "naïve café, Привет мир, 你好世界, 日本語テキスト, مرحبا, नमस्ते",
          "emoji 🙂👩‍👩‍👧 and e\u0301 combined, \u00a0 no break",
          "x = f(a[i], b->c) / 2; // done == ok!!!",
          "A",
          " ",
          "");

  @TempDir private Path folder;

  @BeforeAll
  static void requireLlamaCpp() {
    LlamaCpp.require();
  }

  @Test
  void piecesWithByteFallback() throws IOException {
    Path stories = SharedData.require("data/models/stories260K");
    requireSame(stories, Files.readString(SharedData.require("data/text/tinystories.txt")));
  }

  /** The vocabulary of GPT-2 under the rules of several families. */
  @ParameterizedTest
  @CsvSource({
    "gpt-2, false",
    "smollm, false",
    "llama-bpe, true",
    "smaug-bpe, false",
    "qwen2, false",
    "tekken, true",
  })
  void bytesUnderEachRule(String pre, boolean wholeWords) throws IOException {
    Path model =
        TinyCheckpoints.write(folder.resolve(pre), TinyCheckpoints.llama().withVocabulary(50_260));
    ObjectNode tokenizer = gpt2();
    ((ObjectNode) tokenizer.get("model")).put("ignore_merges", wholeWords);
    tokenizer.set("pre_tokenizer", rule(pre));
    Files.writeString(model.resolve("tokenizer.json"), tokenizer.toString());
    Files.delete(model.resolve("tokenizer_config.json"));
    requireSame(
        model,
        Files.readString(SharedData.require("data/text/wikitext2.test.raw")).substring(0, 200_000));
  }

  private static JsonNode rule(String pre) throws IOException {
    String first =
        switch (pre) {
          case "gpt-2" -> "";
          case "smollm" -> "{\"type\":\"Digits\",\"individual_digits\":true}";
          default -> SPLIT.formatted(JSON.writeValueAsString(regex(pre)));
        };
    String last = BYTE_LEVEL.formatted(pre.equals("gpt-2") || pre.equals("smollm"));
    return JSON.readTree(
        first.isEmpty()
            ? last
            : "{\"type\":\"Sequence\",\"pretokenizers\":[%s,%s]}".formatted(first, last));
  }

  /** As in the tokenizer.json of Llama 3, Qwen2 and Mistral Nemo. */
  private static String regex(String pre) {
    String contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    String end = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    String symbols = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";
    String lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    String upper = "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    return switch (pre) {
      case "qwen2" -> contractions + "\\p{N}" + symbols + end;
      case "tekken" ->
          upper
              + "*"
              + lower
              + "+|"
              + upper
              + "+"
              + lower
              + "*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
              + end;
      default -> contractions + "\\p{N}{1,3}" + symbols + end;
    };
  }

  private static ObjectNode gpt2() throws IOException {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putArray("added_tokens")
        .addObject()
        .put("id", 50_256)
        .put("content", "<|endoftext|>")
        .put("special", true)
        .put("normalized", false)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false);
    root.putNull("normalizer").putNull("post_processor").putNull("decoder");
    root.putNull("truncation").putNull("padding");
    ObjectNode model = root.putObject("model").put("type", "BPE").putNull("unk_token");
    model.set("vocab", JSON.readTree(SharedData.require("data/tokenizers/vocab.json").toFile()));
    var merges = model.putArray("merges");
    Files.readAllLines(SharedData.require("data/tokenizers/merges.txt")).stream()
        .filter(line -> !line.startsWith("#version") && !line.isBlank())
        .forEach(merges::add);
    return root;
  }

  private void requireSame(Path model, String more) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Tokenizer ours =
            Tokenizer.open(
                checkpoint.tokenizerFile().orElseThrow(), checkpoint.config().vocabulary())) {
      Path file = Compared.export(checkpoint, Variant.intact(), Optional.empty(), folder);
      try (LlamaCpp.LlamaModel theirs = LlamaCpp.require().load(file)) {
        assertThat(theirs.vocabulary()).isEqualTo(checkpoint.config().vocabulary());
        for (String text : TEXTS) {
          assertThat(theirs.tokenize(text)).as(text).isEqualTo(ours.encode(text));
        }
        assertThat(theirs.tokenize(more)).isEqualTo(ours.encode(more));
      }
    }
  }
}
