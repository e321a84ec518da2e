package dev.sluice.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each measure's script against the formula in double precision, on a tiny model's logits. */
class MeasuresTest {
  private static final List<Measure> ALL =
      Arrays.stream(Measure.values()).filter(m -> !m.needsStates()).toList();
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
                  .isCloseTo(
                      expected,
                      org.assertj.core.data.Offset.offset(2e-6 + 2e-5 * Math.abs(expected)));
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
      for (Measure measure : List.of(Measure.KL, Measure.ANGULAR, Measure.NORM)) {
        assertThat(values[ALL.indexOf(measure)]).as("%s", measure).containsOnly(0f);
      }
      assertThat(values[ALL.indexOf(Measure.TOP1)]).containsOnly(1f);
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
