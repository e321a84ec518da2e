package dev.sluice.harness.profile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.scorers.ClassCentroids;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Separability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Separability of prompts whose classes are known. */
class SeparabilityProbeTest {
  @TempDir static Path folder;

  private Checkpoint checkpoint;
  private TorchEngine engine;

  @BeforeEach
  void open() {
    checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
    engine = DepthProfilerTest.open(checkpoint);
  }

  @AfterEach
  void close() {
    assertThat(engine.liveStates()).isZero();
    engine.close();
    checkpoint.close();
  }

  private Separability probe(List<int[]> rows, List<Integer> labels, int positions, int lanes) {
    try (SeparabilityProbe probe =
        new SeparabilityProbe(engine, checkpoint.config().sublayers(), lanes)) {
      Flux<TokenBatch> batches = new Batcher(positions).batches(Flux.fromIterable(rows));
      return requireNonNull(probe.probe(batches, labels).block());
    }
  }

  /** Rows that end in a token of their class's own, or in any. */
  private static List<int[]> rows(int count, int classes, boolean separable) {
    Random random = new Random(2);
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] row = random.ints(3 + random.nextInt(9), 0, 200).toArray();
      row[row.length - 1] = separable ? 200 + i % classes : 200 + random.nextInt(classes);
      rows.add(row);
    }
    return rows;
  }

  private static List<Integer> labels(int count, int classes) {
    return IntStream.range(0, count).mapToObj(i -> i % classes).toList();
  }

  @Test
  void classesThatEndInTokensOfTheirOwnAreToldApartAtTheEmbedding() {
    Separability found = probe(rows(60, 3, true), labels(60, 3), 50, 2);
    assertThat(found.rows()).isEqualTo(60);
    assertThat(found.classes()).isEqualTo(3);
    assertThat(found.majority()).isEqualTo(1 / 3.0);
    assertThat(found.accuracy(0)).isEqualTo(1);
    assertThat(found.interval(0, 0.95).low()).isGreaterThan(0.9);
    assertThat(found.accuracy(6)).as("behind the last sublayer").isGreaterThan(0.6);
  }

  @Test
  void randomClassesAreNotToldApartAtAnyDepth() {
    Separability found = probe(rows(200, 2, false), labels(200, 2), 200, 2);
    for (int p = 0; p <= 6; p++) {
      assertThat(found.interval(p, 0.999).low()).as("boundary %d", p).isLessThan(0.5);
      assertThat(found.accuracy(p)).as("boundary %d", p).isLessThan(0.62);
    }
  }

  @Test
  void batchesLanesAndPaddingChangeNothing() {
    List<int[]> rows = rows(23, 2, false);
    List<Integer> labels = labels(23, 2);
    Separability found = probe(rows, labels, 1000, 1);
    assertThat(probe(rows, labels, 30, 3)).isEqualTo(found);
    assertThat(found.correct()).isEqualTo(oneRowAtATime(rows, labels));
  }

  private List<Integer> oneRowAtATime(List<int[]> rows, List<Integer> labels) {
    int boundaries = checkpoint.config().sublayers() + 1;
    int[] correct = new int[boundaries];
    List<List<float[]>> vectors = rows.stream().map(this::lastVectors).toList();
    for (int p = 0; p < boundaries; p++) {
      ClassCentroids all = new ClassCentroids(2, 32);
      for (int i = 0; i < rows.size(); i++) {
        all.add(labels.get(i), vectors.get(i).get(p));
      }
      for (int i = 0; i < rows.size(); i++) {
        boolean right = all.nearestWithout(labels.get(i), vectors.get(i).get(p)) == labels.get(i);
        correct[p] += right ? 1 : 0;
      }
    }
    return IntStream.of(correct).boxed().toList();
  }

  private List<float[]> lastVectors(int[] row) {
    TokenBatch batch = new TokenBatch(0, List.of(row));
    List<float[]> vectors = new ArrayList<>();
    try (Boundaries boundaries = Boundaries.of(engine, checkpoint.config().sublayers(), batch)) {
      for (HiddenState state : boundaries.states()) {
        vectors.add(engine.vectors(state, row.length - 1)[0]);
      }
    }
    return vectors;
  }

  @Test
  void aClassOfOnePromptTakesNoPart() {
    List<Integer> labels = new ArrayList<>(labels(20, 2));
    labels.set(7, 5);
    Separability found = probe(rows(20, 2, true), labels, 50, 1);
    assertThat(found.rows()).isEqualTo(19);
    assertThat(found.classes()).isEqualTo(2);
  }

  @Test
  void oneClassIsRefused() {
    assertThatThrownBy(() -> probe(rows(4, 2, true), List.of(0, 0, 0, 1), 50, 1))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("two classes with two prompts each");
  }
}
