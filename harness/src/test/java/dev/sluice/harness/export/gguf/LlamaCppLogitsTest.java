package dev.sluice.harness.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.session.DemoModel;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported variants of the demo model in llama.cpp, against our own engine on the same tokens. */
class LlamaCppLogitsTest {
  private static final int CONTEXT = 512;
  private static final String MANY_CUTS =
      "0.attention,1.attention,4.ffn,5.ffn,7.attention,7.ffn,8.attention,10.ffn,11.ffn";

  @TempDir private static Path folder;
  private static LlamaCpp llama;
  private static Checkpoint checkpoint;
  private static TorchEngine engine;
  private static String text;
  private static int[] tokens;

  @BeforeAll
  static void openBoth() throws IOException {
    llama = LlamaCpp.require();
    Path demo = DemoModel.unpackedIn(folder.resolve("demo")).folder();
    text = Files.readString(demo.resolve("heldout.txt"));
    checkpoint = Checkpoint.open(demo);
    engine = Compared.engine(checkpoint);
    tokens = Arrays.copyOf(encode(text), CONTEXT);
  }

  private static int[] encode(String text) {
    try (Tokenizer tokenizer =
        Tokenizer.open(
            checkpoint.tokenizerFile().orElseThrow(), checkpoint.config().vocabulary())) {
      return tokenizer.encode(text);
    }
  }

  @AfterAll
  static void close() {
    if (checkpoint != null) {
      engine.close();
      checkpoint.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "intact",
        "3.attention",
        "4.ffn",
        "5.attention,5.ffn",
        "0.attention",
        "0.ffn",
        "0.attention,0.ffn",
        "11.attention",
        "11.ffn",
        "11.attention,11.ffn",
        "2.ffn,3.attention",
        MANY_CUTS,
      })
  void agreeInFloat32(String variant) throws IOException {
    Compared compared = compare(Variant.parse(variant), Optional.of(Dtype.FLOAT32));
    assertThat(compared.worst()).isLessThan(1e-3);
    assertThat(compared.sameTop()).isEqualTo(CONTEXT);
    assertThat(compared.perplexityRatio()).isCloseTo(1, within(1e-5));
  }

  @Test
  void agreeWhereAllAttentionOrEverythingIsCut() throws IOException {
    List<String> attention = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (int block = 0; block < checkpoint.config().blocks(); block++) {
      attention.add(block + ".attention");
      all.addAll(List.of(block + ".attention", block + ".ffn"));
    }
    for (List<String> cuts : List.of(attention, all)) {
      Variant variant = Variant.parse(String.join(",", cuts));
      assertThat(compare(variant, Optional.of(Dtype.FLOAT32)).worst()).isLessThan(1e-3);
    }
  }

  /** llama.cpp rounds activations to the weights' type before it multiplies. */
  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"FLOAT16", "BFLOAT16"})
  void perplexityAgreesInHalfPrecision(Dtype dtype) throws IOException {
    for (String variant : List.of("intact", MANY_CUTS)) {
      Compared compared = compare(Variant.parse(variant), Optional.of(dtype));
      assertThat(compared.perplexityRatio()).as(variant).isCloseTo(1, within(0.005));
      assertThat(compared.sameTop()).as(variant).isGreaterThan(CONTEXT * 97 / 100);
    }
  }

  @Test
  void fileCanBeQuantised() throws IOException {
    Variant variant = Variant.parse(MANY_CUTS);
    Path file = Compared.export(checkpoint, variant, Optional.of(Dtype.FLOAT16), folder);
    Path small = folder.resolve("q8_0.gguf");
    llama.quantize(file, small);
    assertThat(Files.size(small)).isLessThan(Files.size(file) * 6 / 10);
    Compared compared =
        Compared.of(Compared.ours(engine, checkpoint, variant, tokens), small, tokens);
    assertThat(compared.perplexityRatio()).isCloseTo(1, within(0.02));
  }

  @Test
  void greedyContinuationsAreTheSame() throws IOException {
    Variant variant = Variant.parse("3.attention,7.attention,8.attention,9.ffn");
    Path file = Compared.export(checkpoint, variant, Optional.of(Dtype.FLOAT32), folder);
    int[] prompt = Arrays.copyOf(tokens, 32);
    int[] ours = Arrays.copyOf(prompt, 64);
    try (LlamaCpp.LlamaModel model = llama.load(file);
        LlamaCpp.LlamaContext context = model.context(64, 1, true)) {
      context.decode(prompt, false);
      int last = prompt.length - 1;
      for (int t = prompt.length; t < ours.length; t++) {
        float[][] logits = Compared.ours(engine, checkpoint, variant, Arrays.copyOf(ours, t));
        ours[t] = Compared.top(logits[t - 1]);
        assertThat(Compared.top(context.logits(last))).as("token %d", t).isEqualTo(ours[t]);
        context.decode(new int[] {ours[t]}, false);
        last = 0;
      }
    }
  }

  @Test
  void textBecomesTheSameTokens() throws IOException {
    Path file = Compared.export(checkpoint, Variant.parse("3.ffn"), Optional.empty(), folder);
    try (LlamaCpp.LlamaModel model = llama.load(file)) {
      assertThat(model.tokenize(text)).isEqualTo(encode(text)).hasSizeGreaterThan(2000);
    }
  }

  private static Compared compare(Variant variant, Optional<Dtype> dtype) throws IOException {
    Path file = Compared.export(checkpoint, variant, dtype, folder);
    return Compared.of(Compared.ours(engine, checkpoint, variant, tokens), file, tokens);
  }
}
