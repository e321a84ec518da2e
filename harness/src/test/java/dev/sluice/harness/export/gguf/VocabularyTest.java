package dev.sluice.harness.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.export.gguf.Vocabulary.Kind;
import dev.sluice.harness.export.gguf.Vocabulary.Rules;
import dev.sluice.harness.export.gguf.Vocabulary.Token;
import dev.sluice.harness.gguf.GgufValue;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.session.DemoModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers as llama.cpp is told of them, and those that it cannot be told of. */
class VocabularyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path model;
  private String original;

  @BeforeEach
  void writeModel() throws IOException {
    model = TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.llama());
    original = Files.readString(model.resolve("tokenizer.json"));
  }

  @Test
  void demoIsWrittenWithTheRuleThatSplitsDigits() throws Exception {
    Vocabulary demo = read(DemoModel.unpackedIn(folder.resolve("demo")).folder());
    assertThat(demo.rules())
        .isInstanceOfSatisfying(
            Rules.Bytes.class,
            bytes -> {
              assertThat(bytes.pre()).isEqualTo("smollm");
              assertThat(bytes.merges()).hasSize(441).startsWith("Ġ t", "h e", "Ġt he");
            });
    assertThat(demo.tokens()).hasSize(704);
    assertThat(demo.tokens().getFirst()).isEqualTo(new Token("<|bos|>", Kind.CONTROL));
    assertThat(demo.tokens().get(2)).isEqualTo(new Token("!", Kind.NORMAL));
    assertThat(demo.tokens().getLast()).isEqualTo(new Token("[PAD703]", Kind.UNUSED));
    assertThat(demo.specials().bos()).hasValue(0);
    assertThat(demo.specials().eos()).hasValue(1);
    assertThat(demo.specials().first()).isTrue();
    assertThat(demo.specials().last()).isFalse();
  }

  @Test
  void nothingIsPutInFrontWhereTheTokenizerPutsNothing() throws Exception {
    TinyCheckpoints.writeTokenizer(model, false);
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    read(model).writeTo(metadata);
    assertThat(metadata)
        .containsEntry("tokenizer.ggml.add_bos_token", new GgufValue.Flag(false))
        .containsEntry("tokenizer.ggml.bos_token_id", new GgufValue.Whole(0))
        .containsEntry("tokenizer.ggml.pre", new GgufValue.Text("gpt-2"))
        .doesNotContainKeys("tokenizer.ggml.scores", "tokenizer.chat_template");
  }

  @Test
  void chatTemplateIsTakenFromEitherFile() throws Exception {
    Files.writeString(model.resolve("chat_template.jinja"), "{{ one }}");
    assertThat(read(model).chatTemplate()).contains("{{ one }}");
    ObjectNode config = JSON.createObjectNode();
    config
        .putArray("chat_template")
        .addObject()
        .put("name", "default")
        .put("template", "{{ two }}");
    Files.writeString(model.resolve("tokenizer_config.json"), config.toString());
    assertThat(read(model).chatTemplate()).contains("{{ two }}");
  }

  @Test
  void ruleWithoutANameIsRefusedWithThoseThatHaveOne() throws IOException {
    ObjectNode tokenizer = tokenizer();
    tokenizer.putObject("pre_tokenizer").put("type", "Whitespace");
    assertRefused(tokenizer, "no name for");
    assertRefused(tokenizer, "Llama 3");
  }

  @Test
  void ruleThatDiffersInOneFlagIsRefused() throws IOException {
    ObjectNode tokenizer = tokenizer();
    ((ObjectNode) tokenizer.get("pre_tokenizer")).put("add_prefix_space", true);
    assertRefused(tokenizer, "no name for");
    ObjectNode whole = tokenizer();
    ((ObjectNode) whole.get("model")).put("ignore_merges", true);
    assertRefused(whole, "no name for");
  }

  @Test
  void otherKindsOfTokenizerAreNamed() throws IOException {
    ObjectNode unigram = tokenizer();
    ((ObjectNode) unigram.get("model")).put("type", "Unigram");
    assertRefused(unigram, "Unigram");
    ObjectNode lower = tokenizer();
    lower.putObject("normalizer").put("type", "Lowercase");
    assertRefused(lower, "Lowercase");
  }

  @Test
  void tokenBeyondTheEmbeddingIsRefused() throws IOException {
    ObjectNode tokenizer = tokenizer();
    ((ObjectNode) tokenizer.path("model").path("vocab")).put("beyond", 264);
    assertRefused(tokenizer, "token 264");
  }

  @Test
  void secondTokenInFrontIsRefused() throws IOException {
    ObjectNode tokenizer = tokenizer();
    ObjectNode twice = JSON.createObjectNode();
    twice.putObject("SpecialToken").put("id", "<|bos|>").put("type_id", 0);
    ArrayNode single = (ArrayNode) tokenizer.at("/post_processor/single");
    single.insert(0, twice);
    assertRefused(tokenizer, "one token in front");
  }

  @Test
  void composedCharactersAreMentioned() throws Exception {
    ObjectNode tokenizer = tokenizer();
    tokenizer.putObject("normalizer").put("type", "NFC");
    Files.writeString(model.resolve("tokenizer.json"), tokenizer.toString());
    assertThat(read(model).notes()).singleElement().asString().contains("NFC");
  }

  @Test
  void scoresFollowTheRanksOfTheMerges() throws Exception {
    List<PieceScores.Merge> merges =
        List.of(
            new PieceScores.Merge("b", "c"),
            new PieceScores.Merge("a", "b"),
            new PieceScores.Merge("a", "bc"),
            new PieceScores.Merge("ab", "c"));
    assertThat(
            PieceScores.of(
                merges, List.of("a", "b", "c", "ab", "bc", "abc"), Set.of("ab", "bc", "abc")))
        .endsWith(-1f, 0f, -2f);
  }

  @Test
  void mergesThatSentencePieceWouldNotHaveAreRefused() {
    List<PieceScores.Merge> incomplete =
        List.of(
            new PieceScores.Merge("b", "c"),
            new PieceScores.Merge("a", "b"),
            new PieceScores.Merge("a", "bc"));
    List<String> tokens = List.of("a", "b", "c", "ab", "bc", "abc");
    assertThatThrownBy(() -> PieceScores.of(incomplete, tokens, Set.of("ab", "bc", "abc")))
        .isInstanceOf(InexpressibleException.class)
        .hasMessageContaining("'ab' and 'c'");
    List<PieceScores.Merge> torn =
        List.of(
            new PieceScores.Merge("a", "bc"),
            new PieceScores.Merge("b", "c"),
            new PieceScores.Merge("ab", "c"),
            new PieceScores.Merge("a", "b"));
    assertThatThrownBy(() -> PieceScores.of(torn, tokens, Set.of("ab", "bc", "abc")))
        .hasMessageContaining("'abc'");
  }

  @Test
  void unknownSpecialTokensAreLeftOut() throws Exception {
    Files.writeString(model.resolve("tokenizer_config.json"), "{\"eos_token\": \"<none>\"}");
    assertThat(read(model).specials().unknown()).isEqualTo(OptionalInt.empty());
  }

  /** As it was written, whatever the test has made of the file since. */
  private ObjectNode tokenizer() throws IOException {
    return (ObjectNode) JSON.readTree(original);
  }

  private void assertRefused(ObjectNode tokenizer, String reason) throws IOException {
    Files.writeString(model.resolve("tokenizer.json"), tokenizer.toString());
    assertThatThrownBy(() -> read(model))
        .isInstanceOf(InexpressibleException.class)
        .hasMessageStartingWith("its tokenizer.json ")
        .hasMessageContaining(reason);
  }

  private static Vocabulary read(Path folder) throws InexpressibleException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return VocabularyReader.read(checkpoint);
    }
  }
}
