package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.Targets;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TokenScores;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.SafetensorsFile;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores over a vocabulary of several tiles, in which every likeliest token has an equal. */
class VocabularyTilesTest {
  private static final int VOCABULARY = 2600;
  private static final int HALF = VOCABULARY / 2;

  @TempDir private Path folder;

  /** The second half of the vocabulary repeats the first. */
  private Path twins() throws IOException {
    TinySpec spec = TinyCheckpoints.llama().withVocabulary(VOCABULARY);
    TinyCheckpoints.write(folder, spec);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      List<SafetensorsFile.Tensor> tensors = TinyCheckpoints.tensors(checkpoint.layout(), spec);
      tensors.stream()
          .filter(t -> t.shape().getFirst() == VOCABULARY)
          .map(SafetensorsFile.Tensor::data)
          .forEach(d -> System.arraycopy(d, 0, d, d.length / 2, d.length / 2));
      TinyCheckpoints.writeWeights(folder, tensors, 1);
    }
    return folder;
  }

  @Test
  void tilesGiveWhatWholeRowsGive() throws IOException {
    Random random = new Random(5);
    TokenBatch batch = new TokenBatch(0, List.of(random.ints(20, 0, VOCABULARY).toArray()));
    try (Checkpoint checkpoint = Checkpoint.open(twins());
        TorchEngine engine =
            TorchEngine.open(
                checkpoint,
                new TorchEngine.Options(
                    DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1)))) {
      float[][] logits = Forward.logits(engine, checkpoint.config(), batch, Variant.intact());
      List<int[]> asked = new ArrayList<>();
      for (float[] row : logits) {
        int best = first(row);
        asked.add(new int[] {best, best + HALF, random.nextInt(VOCABULARY)});
      }
      Targets targets = new Targets(IntStream.range(0, logits.length).toArray(), asked);
      // One position's logits at once: three tiles. All of them: one tile.
      for (int chunk : new int[] {1, logits.length}) {
        TokenScores scores = scores(engine, checkpoint, batch, targets, chunk);
        for (int r = 0; r < logits.length; r++) {
          for (int k = 0; k < 3; k++) {
            String what = "%d rows, position %d, token %d".formatted(chunk, r, asked.get(r)[k]);
            assertThat(scores.logLikelihood(targets.place(r, k)))
                .as(what)
                .isCloseTo((float) logSoftmax(logits[r], asked.get(r)[k]), within(2e-5f));
            assertThat(scores.greedy(targets.place(r, k)))
                .as(what)
                .isEqualTo(asked.get(r)[k] == first(logits[r]));
          }
        }
      }
    }
  }

  private static TokenScores scores(
      TorchEngine engine, Checkpoint checkpoint, TokenBatch batch, Targets targets, int chunk) {
    try (HiddenState state =
        Forward.lastState(engine, checkpoint.config(), batch, Variant.intact())) {
      return engine.score(List.of(state), targets, chunk).getFirst();
    }
  }

  private static int first(float[] row) {
    int best = 0;
    for (int v = 1; v < row.length; v++) {
      best = row[v] > row[best] ? v : best;
    }
    return best;
  }

  private static double logSoftmax(float[] row, int token) {
    double total = 0;
    for (float logit : row) {
      total += Math.exp(logit - row[first(row)]);
    }
    return row[token] - row[first(row)] - Math.log(total);
  }
}
