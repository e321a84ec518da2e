package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.Engine.Treatment;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What variants do with the sublayers that they cut, other than to remove them. */
class TreatmentTest {
  private static final int UNBOUNDED = Integer.MAX_VALUE;
  private static final Variant CUT =
      Variant.cutting(Sublayer.parse("0.ffn"), Sublayer.parse("1.attention"));

  @TempDir Path folder;

  static List<TinySpec> families() {
    return TinyCheckpoints.all();
  }

  private static TorchEngine engine(Checkpoint checkpoint, Dtype dtype, boolean resident) {
    return TorchEngine.open(
        checkpoint, new TorchEngine.Options(DeviceChoice.CPU, dtype, resident, OptionalInt.of(1)));
  }

  private Checkpoint checkpoint(String name, TinySpec spec) {
    return Checkpoint.open(TinyCheckpoints.write(folder.resolve(name), spec));
  }

  private static TokenBatch batch() {
    Random random = new Random(3);
    return new TokenBatch(
        0, List.of(random.ints(11, 0, 200).toArray(), random.ints(5, 0, 200).toArray()));
  }

  private static float[][] logits(
      Engine engine, Checkpoint checkpoint, Variant variant, Treatment treatment) {
    try (HiddenState last =
        Forward.lastState(engine, checkpoint.config(), batch(), variant, treatment)) {
      return engine.logits(last);
    }
  }

  private static List<Variant> randomSet(Random random, int sublayers) {
    Set<Variant> set = new LinkedHashSet<>();
    IntStream.range(0, 1 + random.nextInt(10))
        .forEach(i ->
            set.add(
                Variant.cutting(
                    IntStream.range(0, sublayers)
                        .filter(j -> random.nextInt(3) == 0)
                        .mapToObj(Sublayer::at)
                        .toList())));
    return List.copyOf(set);
  }

  @Test
  void treatmentsThatShareOneCacheEachDoTheirOwnWork() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int sublayers = 2 * (1 + random.nextInt(5));
      FakeEngine engine = new FakeEngine(sublayers, UNBOUNDED);
      Wavefront.Limits limits = new Wavefront.Limits(1 + random.nextInt(4), 8);
      try (BoundaryCache cache = new BoundaryCache(random.nextInt(80))) {
        Wavefront removing =
            new Wavefront(
                engine,
                sublayers,
                limits,
                new Wavefront.Manner(cache, Treatment.REMOVE, Instruments.NONE));
        Wavefront duplicating =
            new Wavefront(
                engine,
                sublayers,
                limits,
                new Wavefront.Manner(cache, engine.duplicate(), Instruments.NONE));
        for (int round = 0; round < 4; round++) {
          List<Variant> variants = randomSet(random, sublayers);
          cache.beginRound(variants, sublayers, 1);
          TokenBatch batch = new TokenBatch(0, List.of(new int[] {1, 2 + round % 2}));
          for (Wavefront wavefront : List.of(removing, duplicating)) {
            float[][][] values = wavefront.run(batch, variants, List.of(Measure.KL));
            for (int i = 0; i < variants.size(); i++) {
              assertThat(values[i][0][0])
                  .as("seed %d, %s", seed, variants.get(i))
                  .isEqualTo(
                      engine.expected(batch, variants.get(i), wavefront == removing ? 0 : 2));
            }
          }
        }
      }
      assertThat(engine.liveStates()).as("seed %d: states left open", seed).isZero();
    }
  }

  @Test
  void duplicatedSublayersCountAsPasses() {
    FakeEngine engine = new FakeEngine(4, UNBOUNDED);
    try (BoundaryCache cache = new BoundaryCache(0)) {
      Wavefront wavefront =
          new Wavefront(
              engine,
              4,
              new Wavefront.Limits(1, 8),
              new Wavefront.Manner(cache, engine.duplicate(), Instruments.NONE));
      wavefront.run(batch(), List.of(Variant.cutting(Sublayer.at(3))), List.of(Measure.KL));
      assertThat(wavefront.passes()).as("4 of the intact model, 2 more").isEqualTo(6);
      assertThat(wavefront.naivePasses()).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void duplicateIsTheSublayerAppliedTwiceByHand(TinySpec spec) {
    try (Checkpoint checkpoint = checkpoint("a", spec);
        TorchEngine engine = engine(checkpoint, Dtype.FLOAT32, true)) {
      HiddenState x = engine.embed(batch());
      for (Sublayer sublayer : checkpoint.config().sublayerList()) {
        for (int i = 0; i < (CUT.isCut(sublayer) ? 2 : 1); i++) {
          try (HiddenState before = x) {
            x = engine.apply(sublayer, before);
          }
        }
      }
      try (HiddenState last = x) {
        assertThat(logits(engine, checkpoint, CUT, engine.duplicate()))
            .isDeepEqualTo(engine.logits(last));
      }
      assertThat(logits(engine, checkpoint, CUT, Treatment.REMOVE))
          .isDeepEqualTo(Forward.logits(engine, checkpoint.config(), batch(), CUT));
    }
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void theEndsOfABlendAreTheTwoModels(Dtype dtype) {
    if (dtype == Dtype.FLOAT16) {
      return;
    }
    TinySpec spec = TinyCheckpoints.qwen2();
    try (Checkpoint one = checkpoint("a", spec);
        Checkpoint other = checkpoint("b", spec.withSeed(77).withDtype(Dtype.BFLOAT16));
        TorchEngine engine = engine(one, dtype, true);
        TorchEngine theirs = engine(other, dtype, true)) {
      try (Treatment none = engine.blend(other, 0);
          Treatment all = engine.blend(other, 1)) {
        assertThat(logits(engine, one, CUT, none))
            .isDeepEqualTo(logits(engine, one, Variant.intact(), Treatment.REMOVE));
        HiddenState x = engine.embed(batch());
        for (Sublayer sublayer : one.config().sublayerList()) {
          try (HiddenState before = x) {
            x = (CUT.isCut(sublayer) ? theirs : engine).apply(sublayer, before);
          }
        }
        try (HiddenState last = x) {
          assertThat(logits(engine, one, CUT, all)).isDeepEqualTo(engine.logits(last));
        }
      }
    }
  }

  @Test
  void halfWayIsAModelWhoseWeightsAreTheMeans() {
    TinySpec spec = TinyCheckpoints.llama();
    try (Checkpoint one = checkpoint("a", spec);
        Checkpoint other = checkpoint("b", spec.withSeed(5));
        Checkpoint middle =
            Checkpoint.open(MeanCheckpoints.write(folder.resolve("m"), spec, 5, CUT));
        TorchEngine engine = engine(one, Dtype.FLOAT32, false);
        TorchEngine expected = engine(middle, Dtype.FLOAT32, true);
        Treatment half = engine.blend(other, 0.5)) {
      float[][] blended = logits(engine, one, CUT, half);
      float[][] means = logits(expected, middle, Variant.intact(), Treatment.REMOVE);
      for (int t = 0; t < means.length; t++) {
        assertThat(blended[t]).containsExactly(means[t], offset(1e-5f));
      }
      assertThat(half).hasToString("blend of 0.5 " + other.folder());
    }
  }

  @Test
  void lanesMayBlendAtTheSameTime() {
    TinySpec spec = TinyCheckpoints.llama();
    try (Checkpoint one = checkpoint("a", spec);
        Checkpoint other = checkpoint("b", spec.withSeed(5));
        TorchEngine engine = engine(one, Dtype.FLOAT32, true);
        Treatment half = engine.blend(other, 0.5)) {
      Variant all = Variant.cutting(one.config().sublayerList());
      float[][] expected = logits(engine, one, all, half);
      IntStream.range(0, 40)
          .parallel()
          .forEach(i -> assertThat(logits(engine, one, all, half)).isDeepEqualTo(expected));
    }
  }

  @Test
  void modelsThatDifferAreRefusedByWhatDiffers() {
    TinySpec spec = TinyCheckpoints.llama();
    try (Checkpoint one = checkpoint("a", spec);
        Checkpoint deeper = checkpoint("b", spec.withBlocks(4));
        Checkpoint words = checkpoint("c", spec.withVocabulary(300));
        TorchEngine engine = engine(one, Dtype.FLOAT32, true)) {
      assertThatThrownBy(() -> engine.blend(deeper, 0.5))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("blocks is 3 in the first and 4 in the second");
      assertThatThrownBy(() -> engine.blend(words, 1.5))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("alpha 1.5");
      assertThatThrownBy(() -> engine.blend(words, Double.NaN))
          .isInstanceOf(PrerequisiteException.class);
      engine.blend(words, 0.5).close();
    }
  }
}
