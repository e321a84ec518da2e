package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All 1,023 cuts of a trained model, run by the engine, against a float64 reference's optima. */
class ExhaustiveOracleTest {
  @TempDir private Path journal;

  @Test
  void everySizesBestSetIsTheReferences() throws IOException {
    Path model = SharedData.require("data/models/stories260K");
    Path text = SharedData.require("data/text/tinystories.txt");
    JsonNode oracle = new ObjectMapper().readTree(model.resolve("oracle.json").toFile());
    List<String> line = new ArrayList<>(List.of("run", "--strategy", "exhaustive"));
    line.addAll(List.of("--measure", "kl", "--measures", "kl", "--until", "1", "--name", "all"));
    line.addAll(List.of("--model", model.toString(), "--calibration", text.toString()));
    line.addAll(List.of("--slice", "256", "--journal", journal.toString(), "--quiet"));
    Ran.of(line.toArray(String[]::new)).done();
    SweepState state = SweepState.of(new JournalFolder(journal).read("all")).orElseThrow();
    assertThat(state.learnt().surveyed()).hasSize(1023);
    assertThat(state.steps()).hasSize(10);
    for (Step step : state.steps()) {
      JsonNode best = oracle.get("optimal_by_brute_force").get("kl").get(step.number());
      List<String> cuts = new ArrayList<>();
      best.get("optimal").get(1).forEach(s -> cuts.add(s.asText()));
      assertThat(step.variant())
          .as("%d cut", step.number())
          .isEqualTo(Variant.parse(String.join(",", cuts)));
      assertThat(step.score())
          .isCloseTo(best.get("optimal").get(0).asDouble(), withinPercentage(0.01));
    }
  }
}
