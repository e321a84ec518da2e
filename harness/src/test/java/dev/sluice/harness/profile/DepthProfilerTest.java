package dev.sluice.harness.profile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.scorers.DepthProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** Depth profiles of tiny checkpoints against the formulas in double precision. */
class DepthProfilerTest {
  @TempDir Path folder;

  static List<TinySpec> families() {
    return TinyCheckpoints.all();
  }

  static TorchEngine open(Checkpoint checkpoint) {
    return open(checkpoint, Dtype.FLOAT32);
  }

  private static TorchEngine open(Checkpoint checkpoint, Dtype dtype) {
    return TorchEngine.open(
        checkpoint, new TorchEngine.Options(DeviceChoice.CPU, dtype, true, OptionalInt.of(1)));
  }

  private static List<int[]> rows() {
    Random random = new Random(5);
    return IntStream.of(13, 2, 21, 4, 1, 9, 13, 6)
        .mapToObj(length -> random.ints(length, 0, 200).toArray())
        .toList();
  }

  private static DepthProfile profile(
      TorchEngine engine, Checkpoint checkpoint, List<int[]> rows, int positions, int lanes) {
    try (DepthProfiler profiler =
        new DepthProfiler(engine, checkpoint.config().sublayers(), lanes)) {
      Flux<TokenBatch> batches = new Batcher(positions).batches(Flux.fromIterable(rows));
      DepthProfile profile = requireNonNull(profiler.profile(batches).block());
      assertThat(engine.liveStates()).as("states left open").isZero();
      return profile;
    }
  }

  private static ReferenceDepths reference(
      TorchEngine engine, Checkpoint checkpoint, List<int[]> rows) {
    int boundaries = checkpoint.config().sublayers() + 1;
    ReferenceDepths reference = new ReferenceDepths(boundaries);
    for (int[] row : rows) {
      TokenBatch batch = new TokenBatch(0, List.of(row));
      int[] positions = IntStream.range(0, row.length).toArray();
      try (Boundaries states = Boundaries.of(engine, boundaries - 1, batch)) {
        List<float[][]> vectors = new ArrayList<>();
        for (HiddenState state : states.states()) {
          vectors.add(engine.vectors(state, positions));
        }
        reference.add(vectors.toArray(new float[0][][]));
      }
    }
    return reference;
  }

  private static void requireClose(double actual, double expected, String what) {
    assertThat(actual).as(what).isCloseTo(expected, offset(1e-6 * Math.max(1, expected)));
  }

  @ParameterizedTest
  @MethodSource("families")
  void everyNumberIsItsFormulaWhateverTheBatches(TinySpec spec) {
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec));
        TorchEngine engine = open(checkpoint)) {
      ReferenceDepths reference = reference(engine, checkpoint, rows());
      int sublayers = checkpoint.config().sublayers();
      for (int positions : new int[] {1, 40, 1000}) {
        DepthProfile profile = profile(engine, checkpoint, rows(), positions, 1);
        assertThat(profile.rows()).isEqualTo(8);
        assertThat(profile.tokens()).isEqualTo(69);
        assertThat(profile.sublayers()).isEqualTo(sublayers);
        for (int i = 0; i <= sublayers; i++) {
          for (int j = 0; j <= sublayers; j++) {
            String what = "%s, boundaries %d and %d, %d positions".formatted(spec, i, j, positions);
            requireClose(profile.cosine().get(i).get(j), reference.cosine(i, j), "cos " + what);
            requireClose(profile.cka().get(i).get(j), reference.cka(i, j), "cka " + what);
            if (i != j) {
              requireClose(profile.angle().get(i).get(j), reference.angle(i, j), "angle " + what);
            }
          }
        }
        for (int p = 0; p < sublayers; p++) {
          requireClose(profile.update().get(p), reference.update(p), "update of " + p);
        }
      }
    }
  }

  @Test
  void theOrderOfPromptsAndTheirBatchesChangeNothingBeyondRounding() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = open(checkpoint)) {
      DepthProfile expected = profile(engine, checkpoint, rows(), 1000, 1);
      for (int seed = 0; seed < 6; seed++) {
        Random random = new Random(seed);
        List<int[]> permuted = new ArrayList<>(rows());
        Collections.shuffle(permuted, random);
        int positions = 1 + random.nextInt(80);
        DepthProfile actual =
            profile(engine, checkpoint, permuted, positions, 1 + random.nextInt(3));
        assertThat(numbers(actual)).hasSameSizeAs(numbers(expected));
        for (int n = 0; n < numbers(expected).size(); n++) {
          double number = numbers(expected).get(n);
          assertThat(numbers(actual).get(n))
              .as("number %d, seed %d, %d positions", n, seed, positions)
              .isCloseTo(number, offset(1e-6 * Math.abs(number)));
        }
      }
    }
  }

  private static List<Double> numbers(DepthProfile profile) {
    List<Double> numbers = new ArrayList<>(profile.update());
    profile.cosine().forEach(numbers::addAll);
    profile.angle().forEach(numbers::addAll);
    profile.cka().forEach(numbers::addAll);
    return numbers;
  }

  @Test
  void lanesGiveTheSameBits() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.qwen2()));
        TorchEngine engine = open(checkpoint)) {
      assertThat(profile(engine, checkpoint, rows(), 20, 3))
          .isEqualTo(profile(engine, checkpoint, rows(), 20, 1));
    }
  }

  @Test
  void bfloat16StatesAreComparedInFloat32() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = open(checkpoint, Dtype.BFLOAT16)) {
      ReferenceDepths reference = reference(engine, checkpoint, rows().subList(0, 1));
      DepthProfile profile = profile(engine, checkpoint, rows().subList(0, 1), 100, 1);
      requireClose(profile.cosineOver(0, 3), reference.cosine(0, 6), "cos");
      requireClose(profile.cka().get(1).get(5), reference.cka(1, 5), "cka");
      requireClose(profile.angularDistance(1, 2), reference.angle(2, 6), "angle");
      requireClose(profile.sublayerInfluence(3), 1 - reference.cosine(3, 4), "influence");
      requireClose(profile.blockInfluence(1), 1 - reference.cosine(2, 4), "block influence");
    }
  }

  @Test
  void rowsTooShortForDependenceLeaveOnlyThatUndefined() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = open(checkpoint)) {
      List<int[]> rows = List.of(new int[] {5, 9, 7}, new int[] {3});
      DepthProfile profile = profile(engine, checkpoint, rows, 100, 1);
      assertThat(profile.cka().get(0)).containsOnly(Double.NaN);
      assertThat(profile.cosine().get(0).get(6)).isBetween(-1.0, 0.9999);
      assertThat(profile.angle().get(0).get(6)).isBetween(0.001, 1.0);
    }
  }

  @Test
  void noPromptsGiveAnEmptyProfile() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = open(checkpoint)) {
      DepthProfile profile = profile(engine, checkpoint, List.of(), 100, 1);
      assertThat(profile.rows()).isZero();
      assertThat(profile.update()).containsOnly(Double.NaN);
    }
  }

  @Test
  void aProfileSurvivesItsWayThroughJson() throws IOException {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = open(checkpoint)) {
      ObjectMapper json = new ObjectMapper();
      for (List<int[]> rows : List.of(rows(), rows().subList(1, 2))) {
        DepthProfile profile = profile(engine, checkpoint, rows, 100, 1);
        assertThat(json.readValue(json.writeValueAsString(profile), DepthProfile.class))
            .isEqualTo(profile);
      }
    }
  }
}
