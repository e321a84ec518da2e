package dev.sluice.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States of a model whose FFN reads what its block's attention read: kept, cut, stacked and parted. */
class ParallelResidualTest {
  private static final Offset<Float> ROUNDING = within(1e-5f);
  private static final TokenBatch BATCH =
      new TokenBatch(0, List.of(new int[] {5, 6, 7, 8}, new int[] {9, 10, 11, 12}));

  @TempDir private Path folder;
  private Checkpoint checkpoint;
  private TorchEngine engine;

  @BeforeEach
  void open() {
    checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.of("gpt_neox")));
    engine = GoldenLogitsTest.open(checkpoint, Dtype.FLOAT32);
  }

  @AfterEach
  void close() {
    assertThat(engine.liveStates()).as("states left open").isZero();
    engine.close();
    checkpoint.close();
  }

  /** Sublayers applied to the embedding, the rest cut. */
  private HiddenState after(String... sublayers) {
    HiddenState x = engine.embed(BATCH);
    for (String name : sublayers) {
      try (HiddenState before = x) {
        x = engine.apply(Sublayer.parse(name), before);
      }
    }
    return x;
  }

  private float[][] logits(String... sublayers) {
    try (HiddenState x = after(sublayers)) {
      return engine.logits(x);
    }
  }

  @Test
  void whatAnFfnReadsGoesWithAStateThroughStacks() {
    try (HiddenState attended = after("0.attention");
        HiddenState untouched = after();
        HiddenState stack = engine.stack(List.of(untouched, attended));
        HiddenState one = engine.member(stack, 1);
        HiddenState passed = engine.apply(Sublayer.parse("0.ffn"), one)) {
      assertClose(engine.logits(passed), logits("0.attention", "0.ffn"));
    }
  }

  private static void assertClose(float[][] actual, float[][] expected) {
    for (int row = 0; row < expected.length; row++) {
      assertThat(actual[row]).containsExactly(expected[row], ROUNDING);
    }
  }

  @Test
  void anInputLeftByACutFfnIsNotReadByALaterOne() {
    String[][] kept = {
      {"0.attention", "1.ffn"},
      {"0.attention", "1.attention", "1.ffn"},
      {"0.attention", "0.ffn", "1.ffn"},
      {"1.ffn"}
    };
    List<HiddenState> states = Arrays.stream(kept).map(this::afterAllButTheLast).toList();
    try (HiddenState stack = engine.stack(states);
        HiddenState together = engine.apply(Sublayer.parse("1.ffn"), stack)) {
      for (int i = 0; i < kept.length; i++) {
        try (HiddenState one = engine.member(together, i)) {
          assertClose(engine.logits(one), logits(kept[i]));
        }
      }
    } finally {
      states.forEach(HiddenState::close);
    }
  }

  private HiddenState afterAllButTheLast(String[] sublayers) {
    return after(Arrays.copyOf(sublayers, sublayers.length - 1));
  }
}
