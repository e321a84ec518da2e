package dev.sluice.harness.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Evaluation;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Measures of whole rows against the textbook's formula in double precision. */
class RowMeasuresTest {
  private static final Variant CUT =
      Variant.cutting(Sublayer.parse("0.ffn"), Sublayer.parse("1.attention"));
  private static final Variant OTHER = Variant.cutting(Sublayer.parse("2.ffn"));

  @TempDir static Path folder;

  private Checkpoint checkpoint;
  private TorchEngine engine;

  @BeforeEach
  void open() {
    checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
    engine = GoldenLogitsTest.open(checkpoint, Dtype.FLOAT32);
  }

  @AfterEach
  void close() {
    assertThat(engine.liveStates()).isZero();
    engine.close();
    checkpoint.close();
  }

  /** Rows longer and shorter than the model is wide, which is 32. */
  private static List<int[]> rows() {
    Random random = new Random(8);
    return IntStream.of(40, 1, 9, 2, 33, 32)
        .mapToObj(length -> random.ints(length, 0, 200).toArray())
        .toList();
  }

  private float[][] states(int[] row, Variant variant) {
    try (HiddenState last =
        Forward.lastState(engine, checkpoint.config(), new TokenBatch(0, List.of(row)), variant)) {
      return engine.vectors(last, IntStream.range(0, row.length).toArray());
    }
  }

  /** From cross-covariances of centred features. */
  private static double cka(float[][] x, float[][] y) {
    return products(x, y) / Math.sqrt(products(x, x) * products(y, y));
  }

  private static double products(float[][] x, float[][] y) {
    double sum = 0;
    for (int f = 0; f < x[0].length; f++) {
      for (int g = 0; g < y[0].length; g++) {
        double meanX = mean(x, f);
        double meanY = mean(y, g);
        double product = 0;
        for (int t = 0; t < x.length; t++) {
          product += (x[t][f] - meanX) * (y[t][g] - meanY);
        }
        sum += product * product;
      }
    }
    return sum;
  }

  private static double mean(float[][] x, int feature) {
    return IntStream.range(0, x.length).mapToDouble(t -> x[t][feature]).average().orElseThrow();
  }

  @Test
  void ckaIsItsFormulaAtEveryPositionOfItsRowBesideOtherMeasures() {
    TokenBatch batch = new TokenBatch(0, rows());
    List<Measure> measures = List.of(Measure.TOP1, Measure.CKA, Measure.KL);
    try (HiddenState reference =
            Forward.lastState(engine, checkpoint.config(), batch, Variant.intact());
        HiddenState cut = Forward.lastState(engine, checkpoint.config(), batch, CUT);
        HiddenState other = Forward.lastState(engine, checkpoint.config(), batch, OTHER);
        HiddenState stack = engine.stack(List.of(cut, other))) {
      float[][][] values = engine.compare(reference, List.of(stack, reference), batch, measures, 7);
      float[][][] alone =
          engine.compare(
              reference, List.of(stack, reference), batch, List.of(Measure.TOP1, Measure.KL), 7);
      assertThat(values).hasNumberOfRows(3);
      for (int member = 0; member < 3; member++) {
        assertThat(values[member][0]).isEqualTo(alone[member][0]);
        assertThat(values[member][2]).isEqualTo(alone[member][1]);
      }
      for (int r = 0; r < batch.rows(); r++) {
        int[] row = rows().get(r);
        float[][] intact = states(row, Variant.intact());
        int start = r * batch.length();
        for (int t = start; row.length > 1 && t < start + row.length; t++) {
          assertThat((double) values[0][1][t])
              .isCloseTo(cka(intact, states(row, CUT)), offset(2e-6));
          assertThat((double) values[1][1][t])
              .isCloseTo(cka(intact, states(row, OTHER)), offset(2e-6));
          assertThat(values[2][1][t]).as("the reference itself").isEqualTo(1);
        }
      }
    }
  }

  @Test
  void aRowCountsOnceAndOneTokenIsNoRow() {
    try (BoundaryCache cache = new BoundaryCache(0);
        Evaluator evaluator =
            new Evaluator(
                engine,
                checkpoint.config().sublayers(),
                cache,
                new Wavefront.Limits(1, 16),
                new Evaluator.Room(2, 8))) {
      Flux<TokenBatch> batches = new Batcher(80).batches(Flux.fromIterable(rows()));
      Evaluation evaluation =
          requireNonNull(
              evaluator
                  .evaluate(
                      Evaluator.Request.of(List.of(CUT, OTHER), List.of(Measure.CKA), batches))
                  .blockLast());
      for (Variant variant : List.of(CUT, OTHER)) {
        Score score = evaluation.scoresOf(variant).getFirst();
        List<Double> expected =
            rows().stream()
                .filter(row -> row.length > 1)
                .map(row -> cka(states(row, Variant.intact()), states(row, variant)))
                .toList();
        assertThat(score.count()).isEqualTo(5);
        assertThat(score.rows()).hasSize(5);
        for (int r = 0; r < 5; r++) {
          assertThat(score.rows().get(r)).isCloseTo(expected.get(r), offset(2e-6));
        }
        assertThat(score.mean())
            .isCloseTo(expected.stream().mapToDouble(v -> v).average().orElseThrow(), offset(2e-6));
        assertThat(score.standardError()).isEqualTo(score.rowStandardError());
      }
    }
  }
}
