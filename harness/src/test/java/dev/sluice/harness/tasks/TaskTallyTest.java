package dev.sluice.harness.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.TaskLibrary;
import dev.sluice.harness.answers.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class TaskTallyTest {
  private static ScoredTask task(String name) {
    return ScoredTask.of(TaskLibrary.shipped().find(name).getFirst().task(), 0);
  }

  private static Answer answer(double... tokens) {
    return new Answer(
        DoubleStream.of(tokens).sum(), false, DoubleStream.of(tokens).map(t -> t * t).sum());
  }

  private static ScoredItem item(List<String> choices, List<Integer> scored, Answer... answers) {
    return new ScoredItem(
        0,
        0,
        "digest",
        List.of(),
        choices,
        0,
        new Item.TextSize(0, 0),
        scored,
        Map.of("intact", List.of(answers)));
  }

  @Test
  void choicesThatRoundingMaySwapAreCounted() {
    TaskTally tally = new TaskTally(task("piqa"), "intact");
    List<String> choices = List.of("a", "b");
    tally.add(item(choices, List.of(1, 1), answer(-1.0), answer(-1.0009)));
    tally.add(item(choices, List.of(1, 1), answer(-1.0), answer(-1.0011)));
    tally.add(item(choices, List.of(1, 1), answer(-2.0), answer(-2.0)));
    assertThat(tally.nearTies()).isEqualTo(2);
    assertThat(tally.scores().getFirst().value()).as("the first of equals").isEqualTo(1);
  }

  @Test
  void tokensWeighAlikeWhateverTheirWindow() {
    TaskTally tally = new TaskTally(task("wikitext2_llama_cpp"), "intact");
    tally.add(item(List.of(), List.of(3), answer(-1, -2, -3)));
    tally.add(item(List.of(), List.of(1), answer(-6)));
    TaskScore score = tally.scores().getFirst();
    // mean 3; (1 + 4 + 9 + 36) / 4 - 9 = 3.5; sqrt(3.5 / 3) e^3
    assertThat(score.value()).isCloseTo(Math.exp(3), within(1e-12));
    assertThat(score.standardError().orElseThrow())
        .isCloseTo(Math.exp(3) * Math.sqrt(3.5 / 3), within(1e-12));
    assertThat(score.documents()).isEqualTo(2);
  }

  @Test
  void answersFromBeforeSquaresWereKeptGiveNoError() {
    TaskTally tally = new TaskTally(task("wikitext2_gptq_2048"), "intact");
    tally.add(item(List.of(), List.of(2), new Answer(-4, false, Double.NaN)));
    assertThat(tally.scores().getFirst().value()).isCloseTo(Math.exp(2), within(1e-12));
    assertThat(tally.scores().getFirst().standardError()).isEmpty();
  }
}
