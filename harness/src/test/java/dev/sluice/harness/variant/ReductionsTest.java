package dev.sluice.harness.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ReductionsTest {
  private static final Offset<Double> EXACT = within(1e-12);

  // Two blocks, hidden 8, 4 heads of 2, 2 key heads, FFN 16, vocabulary 10.
  private static final double ATTENTION = 8 * 8 * 2 + 8 * 4 * 2;
  private static final double FFN = 3 * 8 * 16;
  private static final double HEAD = 80;

  @Test
  void intactModelSavesNothing() {
    assertThat(reductions(OptionalInt.empty(), true, 5).of(Variant.intact()))
        .isEqualTo(new Reduction(0, 0, 0, 0, 0));
  }

  @Test
  void cutAttentionSavesItsShareOfEverything() {
    Reduction saved = reductions(OptionalInt.empty(), true, 5).of(Variant.parse("0.attention"));
    double scores = 2 * 8 * 3;
    assertThat(saved.sublayers()).isEqualTo(0.25);
    assertThat(saved.blocks()).isZero();
    assertThat(saved.kvCache()).isEqualTo(0.5);
    assertThat(saved.parameters())
        .isEqualTo((ATTENTION + 8) / (2 * (ATTENTION + FFN + 16) + 80 + 8), EXACT);
    assertThat(saved.flops())
        .isEqualTo((ATTENTION + scores) / (2 * (ATTENTION + scores + FFN) + HEAD), EXACT);
  }

  @Test
  void blockCountsOnlyWhenBothItsSublayersAreCut() {
    Reductions reductions = reductions(OptionalInt.empty(), false, 1);
    assertThat(reductions.of(Variant.parse("0.ffn,1.attention")).blocks()).isZero();
    Reduction saved = reductions.of(Variant.parse("1.ffn,1.attention"));
    assertThat(saved.blocks()).isEqualTo(0.5);
    assertThat(saved.sublayers()).isEqualTo(0.5);
    assertThat(saved.parameters())
        .isEqualTo((ATTENTION + FFN + 16) / (2 * (ATTENTION + FFN + 16) + 160 + 8), EXACT);
  }

  @Test
  void windowLimitsWhatATokenSees() {
    // Positions 1 to 6 see 1, 2, 3, 3, 3 and 3 positions: 2.5 on average.
    double scores = 2 * 8 * 2.5;
    assertThat(reductions(OptionalInt.of(3), true, 6).of(Variant.parse("0.attention")).flops())
        .isEqualTo((ATTENTION + scores) / (2 * (ATTENTION + scores + FFN) + HEAD), EXACT);
    assertThat(reductions(OptionalInt.of(6), true, 6).of(Variant.parse("0.ffn")))
        .as("a window as long as the sequence is none")
        .isEqualTo(reductions(OptionalInt.empty(), true, 6).of(Variant.parse("0.ffn")));
  }

  @Test
  void everythingCutLeavesTheHeadAndTheEmbedding() {
    Reduction saved =
        reductions(OptionalInt.empty(), true, 5)
            .of(Variant.parse("0.attention,0.ffn,1.attention,1.ffn"));
    assertThat(saved.sublayers()).isEqualTo(1);
    assertThat(saved.blocks()).isEqualTo(1);
    assertThat(saved.kvCache()).isEqualTo(1);
    assertThat(saved.flops()).isLessThan(1);
    assertThat(saved.parameters()).isLessThan(1);
  }

  @Test
  void ofExpertsOnlyTheActiveOnesAreComputed() {
    ModelConfig dense = config(OptionalInt.empty(), true);
    ModelConfig config =
        new ModelConfig(
            "qwen3_moe",
            2,
            8,
            10,
            64,
            dense.norm(),
            dense.attention(),
            new ModelConfig.FeedForward(
                16,
                ModelConfig.Activation.SILU,
                true,
                false,
                Optional.of(new ModelConfig.Experts(5, 2, 6, true, List.of(1)))),
            dense.positions(),
            false,
            dense.ends(),
            Dtype.FLOAT32);
    Reductions reductions = new Reductions(config, new WeightLayout(config), 5);
    double experts = 5 * 8 + 2 * 3 * 8 * 6;
    double scores = 2 * 8 * 3;
    double all = 2 * (ATTENTION + scores) + FFN + experts + HEAD;
    assertThat(reductions.of(Variant.parse("1.ffn")).flops()).isEqualTo(experts / all, EXACT);
    assertThat(reductions.of(Variant.parse("0.ffn")).flops()).isEqualTo(FFN / all, EXACT);
    assertThat(reductions.of(Variant.parse("1.ffn")).parameters())
        .as("all five experts are weights")
        .isEqualTo(
            (8 + 5 * 8 + 5 * 3 * 8 * 6)
                / (2 * (ATTENTION + 8) + FFN + 8 + 8 + 5 * 8 + 5 * 3 * 8 * 6 + 80 + 8.0),
            EXACT);
    Reduction one = reductions.of(Variant.parse("1.ffn.3"));
    assertThat(one.sublayers()).as("a fifth of one of four").isEqualTo(0.05, EXACT);
    assertThat(one.flops())
        .as("its line of the router: two are still run")
        .isEqualTo(8 / all, EXACT);
    assertThat(one.parameters())
        .isEqualTo(
            reductions.of(Variant.parse("1.ffn")).parameters() * (8 + 144) / (8 + 40 + 720), EXACT);
    Reduction four = reductions.of(Variant.parse("1.ffn.0,1.ffn.1,1.ffn.3,1.ffn.4"));
    assertThat(four.flops()).as("one is left to run").isEqualTo((4 * 8 + 144) / all, EXACT);
    assertThat(four.blocks()).isZero();
  }

  @Test
  void badInputIsRefused() {
    assertThatThrownBy(() -> reductions(OptionalInt.empty(), true, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sequence length 0");
    assertThatThrownBy(() -> reductions(OptionalInt.empty(), true, 5).of(Variant.parse("2.ffn")))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("no sublayer 2.ffn");
  }

  private static Reductions reductions(OptionalInt window, boolean tied, int length) {
    ModelConfig config = config(window, tied);
    return new Reductions(config, new WeightLayout(config), length);
  }

  private static ModelConfig config(OptionalInt window, boolean tied) {
    return new ModelConfig(
        "llama",
        2,
        8,
        10,
        64,
        new ModelConfig.Norm(ModelConfig.NormKind.RMS, ModelConfig.NormPlace.BEFORE, 1e-6),
        new ModelConfig.Attention(
            4,
            2,
            2,
            false,
            false,
            ModelConfig.QueryKeyNorm.NONE,
            1 / Math.sqrt(2),
            OptionalDouble.empty(),
            Collections.nCopies(2, window)),
        new ModelConfig.FeedForward(16, ModelConfig.Activation.SILU, true, false, Optional.empty()),
        new ModelConfig.Positions.Rotary(10_000, new RopeScaling.None(), 2),
        false,
        new ModelConfig.Ends(tied, 1, OptionalDouble.empty()),
        Dtype.FLOAT32);
  }
}
