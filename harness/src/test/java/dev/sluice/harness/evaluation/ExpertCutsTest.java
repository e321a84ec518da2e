package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.engine.Logits;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.SafetensorsFile;
import dev.sluice.harness.model.SafetensorsFile.Tensor;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A variant that lacks single experts is the model that never had them. */
class ExpertCutsTest {
  private static final Pattern EXPERT = Pattern.compile("(.*\\.experts\\.)(\\d+)(\\..*)");
  private static final Offset<Float> ROUNDING = within(1e-6f);
  private static final TokenBatch BATCH = batch();

  @TempDir private Path folder;

  private static TokenBatch batch() {
    Random random = new Random(3);
    return new TokenBatch(
        0, IntStream.range(0, 2).mapToObj(i -> random.ints(12, 0, 200).toArray()).toList());
  }

  private static float[][] logits(Path model, Variant variant) {
    return Logits.of(model, variant, BATCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral", "qwen3_moe"})
  void expertsThatAreCutMightNeverHaveBeen(String family) throws IOException {
    TinySpec spec = TinyCheckpoints.of(family);
    Path whole = TinyCheckpoints.write(folder.resolve("whole"), spec);
    ModelConfig config = config(whole);
    int count = config.ffn().experts().orElseThrow().count();
    for (int gone = 0; gone < count; gone++) {
      Path smaller = without(gone, whole, folder.resolve("without-" + gone), spec);
      assertThat(config(smaller).ffn().experts().orElseThrow().count()).isEqualTo(count - 1);
      int expert = gone;
      Variant variant =
          Variant.cutting(
              config.ffn().experts().orElseThrow().blocks().stream()
                  .map(block -> Sublayer.ofExpert(block, expert))
                  .toList());
      float[][] expected = logits(smaller, Variant.intact());
      float[][] actual = logits(whole, variant);
      for (int row = 0; row < expected.length; row++) {
        assertThat(actual[row])
            .as("%s, row %d", variant, row)
            .containsExactly(expected[row], ROUNDING);
      }
      assertThat(Arrays.deepEquals(actual, logits(whole, Variant.intact())))
          .as("expert %d changes nothing", gone)
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral", "qwen3_moe"})
  void withoutAnyExpertTheFfnIsGone(String family) {
    Path model = TinyCheckpoints.write(folder, TinyCheckpoints.of(family));
    int count = config(model).ffn().experts().orElseThrow().count();
    int block = config(model).ffn().experts().orElseThrow().blocks().getFirst();
    Variant each =
        Variant.cutting(
            IntStream.range(0, count).mapToObj(e -> Sublayer.ofExpert(block, e)).toList());
    assertThat(logits(model, each)).isDeepEqualTo(logits(model, Variant.parse(block + ".ffn")));
  }

  private static ModelConfig config(Path model) {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      return checkpoint.config();
    }
  }

  /** The checkpoint with one expert of every block taken out and the others counted anew. */
  private static Path without(int gone, Path from, Path to, TinySpec spec) throws IOException {
    Files.createDirectories(to);
    ObjectNode config = TinyCheckpoints.config(spec);
    String key = config.has("num_local_experts") ? "num_local_experts" : "num_experts";
    config.put(key, config.get(key).asInt() - 1);
    Files.writeString(to.resolve("config.json"), config.toString());
    List<Tensor> tensors = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(from)) {
      for (Tensor tensor : TinyCheckpoints.tensors(checkpoint.layout(), spec)) {
        Matcher expert = EXPERT.matcher(tensor.name());
        if (tensor.name().endsWith(".gate.weight")) {
          tensors.add(withoutRow(gone, tensor));
        } else if (!expert.matches()) {
          tensors.add(tensor);
        } else if (Integer.parseInt(expert.group(2)) != gone) {
          int number = Integer.parseInt(expert.group(2));
          String name = expert.group(1) + (number > gone ? number - 1 : number) + expert.group(3);
          tensors.add(new Tensor(name, tensor.dtype(), tensor.shape(), tensor.data()));
        }
      }
    }
    SafetensorsFile.write(to.resolve("model.safetensors"), tensors);
    return to;
  }

  private static Tensor withoutRow(int gone, Tensor router) {
    int rows = Math.toIntExact(router.shape().getFirst());
    int width = router.data().length / rows;
    byte[] data = new byte[router.data().length - width];
    System.arraycopy(router.data(), 0, data, 0, gone * width);
    byte[] rest = Arrays.copyOfRange(router.data(), (gone + 1) * width, rows * width);
    System.arraycopy(rest, 0, data, gone * width, rest.length);
    return new Tensor(
        router.name(), router.dtype(), List.of(rows - 1L, router.shape().getLast()), data);
  }
}
