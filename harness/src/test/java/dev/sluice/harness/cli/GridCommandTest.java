package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grids through the command line: each cell is what the sweep alone would be. */
class GridCommandTest {
  private static final List<String> STRATEGIES =
      List.of(
          "finercut",
          "one-shot",
          "influence",
          "taylor",
          "magnitude-l2",
          "angular-window",
          "shapley",
          "beam",
          "evopress",
          "gates",
          "random",
          "every");

  @TempDir private Path folder;
  private TinyWorld world;
  private Path plan;

  @BeforeEach
  void writePlan() throws IOException {
    world = TinyWorld.in(folder);
    plan = folder.resolve("grid.yaml");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < world.options().size(); i += 2) {
      lines.add(world.options().get(i).substring(2) + ": " + world.options().get(i + 1));
    }
    lines.add("strategy: [" + String.join(", ", STRATEGIES) + "]");
    lines.add("measure: kl");
    lines.add("shares: [0.25, 0.5]");
    lines.add("samples: 2");
    lines.add("generations: 2");
    lines.add("offspring: 4");
    Files.write(plan, lines);
  }

  private List<Step> steps(String sweep) {
    return SweepState.of(world.journals().read(sweep)).orElseThrow().steps();
  }

  @Test
  void everyCellIsBitForBitTheSweepAlone() {
    Ran.of("run", plan.toString(), "--quiet").done();
    for (String strategy : STRATEGIES) {
      List<String> more = new ArrayList<>();
      more.addAll(List.of("--strategy", strategy, "--name", "alone-" + strategy));
      more.addAll(List.of("--measure", "kl", "--until", "0.5", "--samples", "2"));
      more.addAll(List.of("--generations", "2", "--offspring", "4"));
      if (strategy.equals("evopress") || strategy.equals("gates")) {
        more.addAll(List.of("--ratios", "0.25,0.5"));
      }
      world.run(more.toArray(String[]::new)).done();
      assertThat(steps("grid." + strategy))
          .as(strategy)
          .isNotEmpty()
          .isEqualTo(steps("alone-" + strategy));
    }
  }

  @Test
  void theTableHasEveryCellAtEveryShare() {
    Ran ran = Ran.of("run", plan.toString(), "--json", "--quiet").done();
    JsonNode rows = ran.json().get("rows");
    assertThat(rows).hasSize(2 * STRATEGIES.size());
    Set<String> seen = new TreeSet<>();
    for (JsonNode row : rows) {
      seen.add(row.get("axes").get("strategy").asText());
      assertThat(row.get("sublayers")).hasSize((int) (8 * row.get("share").asDouble()));
      assertThat(row.get("measures").get("kl").get("mean").asDouble()).isPositive();
      assertThat(row.get("cost").get("sublayerPasses").asLong()).isPositive();
      assertThat(row.get("reduction").get("parameters").asDouble()).isBetween(0.01, 0.7);
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(STRATEGIES);
    assertThat(ran.json().get("alike").findValuesAsText("one")).contains("grid.finercut");
  }

  @Test
  void whatIsFinishedIsOnlyReadAgain() {
    Ran first = Ran.of("run", plan.toString(), "--quiet").done();
    int events = world.journals().read("grid.beam").size();
    Ran second = Ran.of("run", plan.toString()).done();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(second.err()).doesNotContain("finished");
    assertThat(world.journals().read("grid.beam")).hasSize(events);
  }

  @Test
  void aGridThatLostSomeCellsRunsThoseAlone() throws IOException {
    Ran first = Ran.of("run", plan.toString(), "--quiet").done();
    List<Step> before = steps("grid.shapley");
    try (var files = Files.list(world.journal())) {
      for (Path file : files.filter(f -> f.toString().contains("grid.shapley")).toList()) {
        Files.delete(file);
      }
    }
    Ran second = Ran.of("run", plan.toString()).done();
    assertThat(second.err()).contains("grid.shapley: finished").doesNotContain("grid.beam");
    assertThat(steps("grid.shapley")).isEqualTo(before);
    assertThat(first.out().lines().count()).isEqualTo(second.out().lines().count());
  }

  @Test
  void aChangedPlanIsRefusedWithTheCellThatDiffers() throws IOException {
    Ran.of("run", plan.toString(), "--quiet").done();
    Files.writeString(plan, Files.readString(plan).replace("samples: 2", "samples: 3"));
    Ran.of("run", plan.toString(), "--quiet").refused("grid.shapley", "samples");
  }
}
