package dev.sluice.harness.profile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** How hard rows are, against PyTorch's autograd in float64 and against the formulas in Java. */
class RowScorerTest {
  @TempDir Path folder;

  static List<TinySpec> families() {
    return TinyCheckpoints.all();
  }

  private static List<int[]> rows() {
    Random random = new Random(21);
    return IntStream.of(14, 3, 1, 22, 9, 14, 2)
        .mapToObj(length -> random.ints(length, 0, 200).toArray())
        .toList();
  }

  private static List<RowDifficulty> scores(
      TorchEngine engine, Checkpoint checkpoint, List<int[]> rows, int positions, int lanes) {
    try (RowScorer scorer =
        new RowScorer(engine, checkpoint.config().sublayers(), lanes, 1 + positions % 7)) {
      Flux<TokenBatch> batches = new Batcher(positions).batches(Flux.fromIterable(rows));
      List<RowDifficulty> scores = requireNonNull(scorer.rows(batches).collectList().block());
      assertThat(engine.liveStates()).as("states left open").isZero();
      return scores;
    }
  }

  /** gemma2 caps its logits, gpt2 has norms with biases and a head that is its embedding. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen3", "gemma2", "gpt2"})
  void agreesWithAutogradOnTransformers(String name) throws Exception {
    Path golden =
        Path.of(requireNonNull(RowScorerTest.class.getResource("/golden/" + name), name).toURI());
    ObjectMapper json = new ObjectMapper();
    JsonNode expected = json.readTree(golden.resolve("difficulty.json").toFile());
    List<int[]> rows = new ArrayList<>();
    expected.get("rows").forEach(row -> rows.add(json.convertValue(row, int[].class)));
    try (Checkpoint checkpoint = Checkpoint.open(golden);
        TorchEngine engine = DepthProfilerTest.open(checkpoint)) {
      List<RowDifficulty> actual = scores(engine, checkpoint, rows, 100, 1);
      assertThat(actual).hasSameSizeAs(rows);
      for (int r = 0; r < rows.size(); r++) {
        assertThat(actual.get(r).predictions()).isEqualTo(rows.get(r).length - 1);
        JsonNode means = expected.get("means").get(r);
        if (means.isNull()) {
          assertThat(actual.get(r))
              .isEqualTo(new RowDifficulty(0, Double.NaN, Double.NaN, Double.NaN));
        } else {
          requireClose(actual.get(r).loss(), means.get(0).asDouble(), "loss of " + r);
          requireClose(actual.get(r).el2n(), means.get(1).asDouble(), "el2n of " + r);
          requireClose(actual.get(r).grand(), means.get(2).asDouble(), "grand of " + r);
        }
      }
    }
  }

  private static void requireClose(double actual, double expected, String what) {
    assertThat(actual).as(what).isCloseTo(expected, offset(2e-5 * Math.abs(expected)));
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossAndEl2nAreTheirFormulas(TinySpec spec) {
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec));
        TorchEngine engine = DepthProfilerTest.open(checkpoint)) {
      List<RowDifficulty> actual = scores(engine, checkpoint, rows(), 40, 2);
      for (int r = 0; r < rows().size(); r++) {
        int[] row = rows().get(r);
        float[][] logits =
            Forward.logits(
                engine, checkpoint.config(), new TokenBatch(0, List.of(row)), Variant.intact());
        if (row.length > 1) {
          requireClose(actual.get(r).loss(), mean(logits, row, false), spec + " loss " + r);
          requireClose(actual.get(r).el2n(), mean(logits, row, true), spec + " el2n " + r);
        }
      }
    }
  }

  private static double mean(float[][] logits, int[] row, boolean el2n) {
    double sum = 0;
    for (int t = 0; t < row.length - 1; t++) {
      double mass = 0;
      for (float z : logits[t]) {
        mass += Math.exp(z);
      }
      double squares = 0;
      for (int v = 0; v < logits[t].length; v++) {
        double d = Math.exp(logits[t][v]) / mass - (v == row[t + 1] ? 1 : 0);
        squares += d * d;
      }
      sum += el2n ? Math.sqrt(squares) : Math.log(mass) - logits[t][row[t + 1]];
    }
    return sum / (row.length - 1);
  }

  /** Rows of other lengths beside a row pad it differently, too. */
  @ParameterizedTest
  @MethodSource("families")
  void batchesAndTheOrderOfRowsChangeNothingBeyondRounding(TinySpec spec) {
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec));
        TorchEngine engine = DepthProfilerTest.open(checkpoint)) {
      List<RowDifficulty> alone = scores(engine, checkpoint, rows(), 1, 1);
      for (int seed = 0; seed < 5; seed++) {
        Random random = new Random(seed);
        List<Integer> order = new ArrayList<>(IntStream.range(0, rows().size()).boxed().toList());
        Collections.shuffle(order, random);
        int positions = 1 + random.nextInt(90);
        List<RowDifficulty> actual =
            scores(
                engine,
                checkpoint,
                order.stream().map(rows()::get).toList(),
                positions,
                1 + random.nextInt(3));
        for (int i = 0; i < order.size(); i++) {
          RowDifficulty expected = alone.get(order.get(i));
          if (expected.predictions() > 0) {
            String what = "%s, row %d, seed %d".formatted(spec, order.get(i), seed);
            requireClose(actual.get(i).loss(), expected.loss(), what);
            requireClose(actual.get(i).el2n(), expected.el2n(), what);
            requireClose(actual.get(i).grand(), expected.grand(), what);
          }
        }
      }
    }
  }

  @Test
  void lanesGiveTheSameBits() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = DepthProfilerTest.open(checkpoint)) {
      assertThat(scores(engine, checkpoint, rows(), 20, 3))
          .isEqualTo(scores(engine, checkpoint, rows(), 20, 1));
    }
  }

  @Test
  void bfloat16ModelsHaveTheScoresOfFloat32WithinTheirRounding() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.qwen2()));
        TorchEngine exact = DepthProfilerTest.open(checkpoint);
        TorchEngine rounded = DepthProfilerTest.open(checkpoint, Dtype.BFLOAT16)) {
      List<RowDifficulty> expected = scores(exact, checkpoint, rows().subList(0, 2), 50, 1);
      List<RowDifficulty> actual = scores(rounded, checkpoint, rows().subList(0, 2), 50, 1);
      for (int r = 0; r < 2; r++) {
        assertThat(actual.get(r).loss()).isCloseTo(expected.get(r).loss(), offset(0.1));
        assertThat(actual.get(r).grand() / expected.get(r).grand()).isCloseTo(1, offset(0.03));
      }
    }
  }

  @Test
  void aCancelLeavesNothingOpen() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = DepthProfilerTest.open(checkpoint)) {
      for (int i = 0; i < 20; i++) {
        try (RowScorer scorer = new RowScorer(engine, checkpoint.config().sublayers(), 2, 9)) {
          Flux<TokenBatch> batches = new Batcher(10).batches(Flux.fromIterable(rows()).repeat());
          Disposable running = scorer.rows(batches.take(5 + i)).subscribe();
          running.dispose();
        }
        assertThat(engine.liveStates()).isZero();
      }
    }
  }
}
