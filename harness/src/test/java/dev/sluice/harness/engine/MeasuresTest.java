package dev.sluice.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.session.DemoModel;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each measure's script against the formula in double precision, on a tiny model's logits. */
class MeasuresTest {
  private static final List<Measure> ALL =
      Arrays.stream(Measure.values()).filter(m -> !m.needsStates() && !m.needsAnswers()).toList();
  private static final Variant CUT =
      Variant.cutting(Sublayer.parse("0.ffn"), Sublayer.parse("1.attention"));

  @TempDir Path folder;

  private static TokenBatch batch() {
    Random random = new Random(11);
    return new TokenBatch(
        0,
        List.of(
            random.ints(9, 0, 200).toArray(),
            random.ints(9, 0, 200).toArray(),
            random.ints(4, 0, 200).toArray()));
  }

  @Test
  void everyScriptComputesItsFormula() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = GoldenLogitsTest.open(checkpoint, Dtype.FLOAT32)) {
      TokenBatch batch = batch();
      float[][] a = Forward.logits(engine, checkpoint.config(), batch, Variant.intact());
      float[][] b = Forward.logits(engine, checkpoint.config(), batch, CUT);
      for (int chunk : new int[] {1, 5, 1000}) {
        float[][] values = compare(engine, checkpoint, batch, CUT, chunk);
        for (Measure measure : ALL) {
          float[] script = values[ALL.indexOf(measure)];
          for (int t = 0; t < batch.positions(); t++) {
            double expected = ReferenceMeasures.of(measure, a[t], b[t], batch.targets()[t]);
            if (!Double.isNaN(expected)) {
              assertThat((double) script[t])
                  .as("%s at %d, chunk %d", measure, t, chunk)
                  .isCloseTo(expected, offset(2e-6 + 2e-5 * Math.abs(expected)));
            }
          }
        }
      }
    }
  }

  @Test
  void theIntactModelDoesNotDifferFromItself() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = GoldenLogitsTest.open(checkpoint, Dtype.FLOAT32)) {
      float[][] values = compare(engine, checkpoint, batch(), Variant.intact(), 7);
      for (Measure measure : ALL) {
        // The two that go through the mean of both distributions round; equal operands do not.
        float rounding = measure == Measure.JS || measure == Measure.AG ? 1e-6f : 0;
        List<Float> found = counted(measure, values[ALL.indexOf(measure)]);
        measure
            .unchanged()
            .ifPresent(value ->
                assertThat(found)
                    .as("%s", measure)
                    .isNotEmpty()
                    .allSatisfy(f -> assertThat(f).isCloseTo((float) value, offset(rounding))));
      }
    }
  }

  /** The values at positions that a measure counts. */
  private static List<Float> counted(Measure measure, float[] values) {
    long[] targets = batch().targets();
    return IntStream.range(0, values.length)
        .filter(t -> measure.grain() != Measure.Grain.PREDICTED_TOKEN || targets[t] >= 0)
        .mapToObj(t -> values[t])
        .toList();
  }

  /** The tiny model's probabilities are too level for a tail; a trained model's are not. */
  @Test
  void truncatedDivergenceLeavesOutWhatLlamaCppLeavesOut() {
    try (Checkpoint checkpoint = Checkpoint.open(DemoModel.unpackedIn(folder).folder());
        TorchEngine engine = GoldenLogitsTest.open(checkpoint, Dtype.FLOAT32)) {
      TokenBatch batch = new TokenBatch(0, List.of(new Random(3).ints(40, 1, 500).toArray()));
      Variant cut = Variant.cutting(Sublayer.parse("0.ffn"), Sublayer.parse("1.ffn"));
      float[][] a = Forward.logits(engine, checkpoint.config(), batch, Variant.intact());
      float[][] b = Forward.logits(engine, checkpoint.config(), batch, cut);
      float[][] values = compare(engine, checkpoint, batch, cut, 16);
      double tail = 0;
      for (int t = 0; t < batch.positions(); t++) {
        double expected = ReferenceMeasures.of(Measure.KL_TRUNCATED, a[t], b[t], -1);
        assertThat((double) values[ALL.indexOf(Measure.KL_TRUNCATED)][t])
            .isCloseTo(expected, offset(2e-6 + 2e-5 * Math.abs(expected)));
        tail =
            Math.max(
                tail, Math.abs(expected / ReferenceMeasures.of(Measure.KL, a[t], b[t], -1) - 1));
      }
      assertThat(tail).as("what truncation changes, relative").isGreaterThan(1e-4);
    }
  }

  private static float[][] compare(
      TorchEngine engine, Checkpoint checkpoint, TokenBatch batch, Variant variant, int chunk) {
    try (HiddenState reference =
            Forward.lastState(engine, checkpoint.config(), batch, Variant.intact());
        HiddenState state = Forward.lastState(engine, checkpoint.config(), batch, variant)) {
      return engine.compare(reference, List.of(state), batch, ALL, chunk)[0];
    }
  }
}
