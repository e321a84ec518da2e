package dev.sluice.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GridReaderTest {
  @TempDir Path folder;

  private Optional<GridPlan> read(String yaml) {
    try {
      Path file = folder.resolve("demo.yaml");
      Files.writeString(file, "model: m\ncalibration: c.txt\n" + yaml);
      return GridReader.find(file, Map.of());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> names(String yaml) {
    return read(yaml).orElseThrow().cells().stream().map(GridPlan.Cell::name).toList();
  }

  @Test
  void aPlanWithoutListsIsNoGrid() {
    assertThat(read("strategy: random\nmeasures: [kl, nll]\n")).isEmpty();
    assertThat(read("strategy: evopress\nratios: [0.1, 0.2]\n")).isEmpty();
  }

  @Test
  void listsOfKeysThatTakeOneValueAreAxes() {
    assertThat(names("strategy: [finercut, random]\nmeasure: [kl, ag]\n"))
        .containsExactly(
            "demo.finercut.kl", "demo.finercut.ag", "demo.random.kl", "demo.random.ag");
  }

  @Test
  void equalWorkStandsOnce() {
    assertThat(names("strategy: [finercut, shapley]\nseed: [0, 1]\n"))
        .as("the greedy search draws nothing")
        .containsExactly("demo.finercut.seed0", "demo.shapley.seed0", "demo.shapley.seed1");
    assertThat(names("strategy: [sleb, one-shot]\nmeasure: [kl, ag]\n"))
        .as("SLEB goes by perplexity alone")
        .containsExactly("demo.sleb.kl", "demo.one-shot.kl", "demo.one-shot.ag");
  }

  @Test
  void everyCellMeasuresWhatAnyDecidesBy() {
    GridPlan grid = read("strategy: [sleb, one-shot]\nmeasure: [js, ag]\n").orElseThrow();
    assertThat(grid.cells())
        .allSatisfy(c ->
            assertThat(c.plan().search().measures())
                .containsExactlyInAnyOrder(
                    Measure.KL, Measure.TOP1, Measure.NLL, Measure.JS, Measure.AG));
  }

  @Test
  void sharesSayHowFarAndForWhichRatios() {
    GridPlan grid =
        read("strategy: [random, evopress]\nshares: [0.4, 0.2]\ntasks: [a, b]\nlimit: 30\n")
            .orElseThrow();
    assertThat(grid.table().shares()).containsExactly(0.2, 0.4);
    assertThat(grid.table().tasks()).containsExactly("a", "b");
    assertThat(grid.table().limit()).contains("30");
    assertThat(grid.cells().getFirst().plan().search().until().sublayers()).hasValue(0.4);
    assertThat(grid.cells().get(1).plan().search().effort().ratios()).containsExactly(0.2, 0.4);
  }

  @Test
  void textsAreNamedByTheirFiles() {
    assertThat(names("calibration-preset: first\nsequences: [5, 10]\nlength: 64\n"))
        .containsExactly("demo.sequences5", "demo.sequences10");
  }

  @Test
  void mistakesAreNamedWithTheirCell() {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("strategy: [finercut, fooled]\n"))
        .withMessageContaining("{strategy=fooled}")
        .withMessageContaining("must be one of");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("device: [cpu, gpu]\n"))
        .withMessageContaining("device: a grid has one");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("strategy: [random, reverse]\nracing: 0.95\n"))
        .withMessageContaining("racing")
        .withMessageContaining("Leave it out");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("strategy: [random, reverse]\nshares: [1.5]\n"))
        .withMessageContaining("shares '1.5'");
  }
}
