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
