package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.engine.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class BatcherTest {

  @Test
  void noBatchExceedsTheBudgetAndNoRowIsLost() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int budget = 1 + random.nextInt(64);
      List<int[]> rows = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(40); i++) {
        int[] row = new int[1 + random.nextInt(20)];
        Arrays.setAll(row, t -> random.nextInt(100));
        rows.add(row);
      }
      int next = 0;
      for (TokenBatch batch : new Batcher(budget).batches(Flux.fromIterable(rows)).toIterable()) {
        assertThat(batch.firstRow()).as("seed %d", seed).isEqualTo(next);
        assertThat(batch.positions() <= budget || batch.rows() == 1).as("seed %d", seed).isTrue();
        for (int r = 0; r < batch.rows(); r++) {
          assertThat(batch.length(r)).as("seed %d", seed).isEqualTo(rows.get(next++).length);
        }
      }
      assertThat(next).as("seed %d", seed).isEqualTo(rows.size());
    }
  }

  @Test
  void evenBatchesLoadEveryLaneAlike() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int lanes = 1 + random.nextInt(6);
      int length = 1 + random.nextInt(9);
      int budget = 1 + random.nextInt(40);
      List<int[]> rows = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(40); i++) {
        rows.add(new int[] {i, 1, 1, 1, 1, 1, 1, 1, 1});
      }
      rows.replaceAll(row -> Arrays.copyOf(row, length));
      List<TokenBatch> batches = new Batcher(budget).even(rows, lanes);
      int most = batches.stream().mapToInt(TokenBatch::rows).max().orElseThrow();
      int least = batches.stream().mapToInt(TokenBatch::rows).min().orElseThrow();
      assertThat(most - least).as("seed %d", seed).isLessThanOrEqualTo(1);
      assertThat(most * length <= budget || most == 1).as("seed %d", seed).isTrue();
      assertThat(batches.size() % lanes == 0 || batches.size() == rows.size())
          .as("seed %d: %d batches on %d lanes", seed, batches.size(), lanes)
          .isTrue();
      List<Long> first = new ArrayList<>();
      for (TokenBatch batch : batches) {
        assertThat(batch.firstRow()).as("seed %d", seed).isEqualTo(first.size());
        for (int r = 0; r < batch.rows(); r++) {
          first.add(batch.ids()[r * length]);
        }
      }
      for (int i = 0; i < rows.size(); i++) {
        assertThat(first.get(i)).as("seed %d, row %d", seed, i).isEqualTo(i);
      }
      assertThat(first).hasSize(rows.size());
    }
  }

  @Test
  void rowsAreOnlyAskedForAsBatchesAreWanted() {
    TestPublisher<int[]> rows = TestPublisher.create();
    StepVerifier.create(new Batcher(4).batches(rows.flux()), 1)
        .then(() -> rows.next(new int[] {1, 2}, new int[] {3, 4}, new int[] {5, 6}))
        .assertNext(batch -> assertThat(batch.rows()).isEqualTo(2))
        .thenCancel()
        .verify();
    rows.assertCancelled();
  }

  @Test
  void paddingHasNoTargetAndEachPositionPredictsTheNextToken() {
    TokenBatch batch = new TokenBatch(0, List.of(new int[] {5, 6, 7}, new int[] {8}));
    assertThat(batch.ids()).containsExactly(5, 6, 7, 8, 0, 0);
    assertThat(batch.targets()).containsExactly(6, 7, -1, -1, -1, -1);
  }
}
