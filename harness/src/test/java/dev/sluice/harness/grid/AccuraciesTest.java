package dev.sluice.harness.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.scorers.statistics.ConfidenceInterval;
import dev.sluice.scorers.statistics.Wilson;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AccuraciesTest {
  private static TaskScore score(Metric metric, double value, long documents) {
    return new TaskScore("t", metric, value, OptionalDouble.empty(), documents);
  }

  private static TaskResults.OfTask task(String name, TaskScore... scores) {
    return new TaskResults.OfTask(
        name, "1", 0, 0, Map.of("v", new TaskResults.OfVariant(Arrays.asList(scores), 0)));
  }

  @Test
  void normalisedAccuracyGoesFirstAndPerplexitiesAreLeftOut() {
    Accuracies accuracies =
        Accuracies.of(
            List.of(
                task("both", score(Metric.ACC, 0.5, 100), score(Metric.ACC_NORM, 0.25, 100)),
                task("text", score(Metric.PERPLEXITY, 12, 3)),
                task("plain", score(Metric.ACC, 0.75, 40))));
    assertThat(accuracies.tasks()).containsExactly("both", "plain");
    assertThat(accuracies.byVariant().get("v"))
        .extracting(Accuracies.Accuracy::value)
        .containsExactly(0.25, 0.75);
    assertThat(accuracies.mean("v").orElseThrow().value()).isEqualTo(0.5);
    assertThat(accuracies.mean("nobody")).isEmpty();
  }

  @Test
  void oneTasksMeanHasItsOwnInterval() {
    Accuracies accuracies = Accuracies.of(List.of(task("a", score(Metric.ACC, 0.9, 50))));
    ConfidenceInterval wilson = Wilson.interval(45, 50, 0.95);
    ConfidenceInterval mean = accuracies.mean("v").orElseThrow().interval();
    assertThat(mean.low()).isCloseTo(wilson.low(), within(1e-12));
    assertThat(mean.high()).isCloseTo(wilson.high(), within(1e-12));
  }

  @Test
  void allRightIsNotCertain() {
    Accuracies accuracies =
        Accuracies.of(
            List.of(
                task("a", score(Metric.ACC, 1, 250)),
                task("b", score(Metric.ACC, 1, 250)),
                task("c", score(Metric.ACC, 1, 250))));
    double below = 1 - Wilson.interval(250, 250, 0.95).low();
    ConfidenceInterval mean = accuracies.mean("v").orElseThrow().interval();
    assertThat(mean.low()).isCloseTo(1 - below / Math.sqrt(3), within(1e-12));
    assertThat(mean.high()).isEqualTo(1);
  }
}
