package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryPlanTest {
  private static final long ROOMY = 1L << 32;
  private static final int POSITIONS = 32;

  @TempDir private Path folder;
  private ModelConfig config;

  @BeforeEach
  void open() {
    try (Checkpoint checkpoint =
        Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama().withBlocks(48)))) {
      config = checkpoint.config();
    }
  }

  private MemoryPlan plan(int lanes, boolean copied, long budget) {
    return MemoryPlan.of(
        new MemoryPlan.Work(config, Dtype.FLOAT32, copied, POSITIONS, 1, lanes), budget);
  }

  @Test
  void aRoomyBudgetKeepsEveryLane() {
    assertThat(plan(6, true, ROOMY).lanes()).isEqualTo(6);
  }

  @Test
  void lanesShareTheBudgetForStates() {
    long budget = 32L << 20;
    MemoryPlan one = plan(1, true, budget);
    MemoryPlan four = plan(4, true, budget);
    long state = 4L * POSITIONS * config.hidden();
    assertThat(four.lanes()).isEqualTo(4);
    assertThat(4L * four.variants() * state + four.cacheBytes()).isLessThan(budget);
    assertThat(four.variants()).isLessThanOrEqualTo(one.variants() / 4);
  }

  @Test
  void lanesAreGivenUpBeforeSlicesGetSmall() {
    long budget = ROOMY;
    while (plan(1, true, budget).variants() >= 40) {
      budget = budget * 9 / 10;
    }
    assertThat(plan(8, true, budget).lanes()).isEqualTo(1);
    assertThat(plan(8, true, budget)).isEqualTo(plan(1, true, budget));
  }

  @Test
  void streamedWeightsAreStreamedByOneLane() {
    long weights = 4 * new WeightLayout(config).parameters();
    MemoryPlan plan = plan(4, true, weights);
    assertThat(plan.resident()).isFalse();
    assertThat(plan.lanes()).isEqualTo(1);
  }

  @Test
  void aBudgetForNothingSaysWhatIsNeeded() {
    assertThatThrownBy(() -> plan(4, true, 1 << 10))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("Raise --memory or lower --batch-tokens");
  }
}
