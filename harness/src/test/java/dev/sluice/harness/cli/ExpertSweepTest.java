package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.TinyCheckpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single experts of a mixture as candidates, on the command line. */
class ExpertSweepTest {
  @TempDir private Path folder;

  private TinyWorld world(String family) {
    return TinyWorld.in(folder.resolve(family), TinyCheckpoints.of(family), 2, 16);
  }

  @Test
  void sweepCutsAndReportsSingleExperts() {
    TinyWorld world = world("mixtral");
    Ran.of(world.line("run", "--name", "experts", "--candidates", "expert", "--until", "0.2"))
        .done();
    String journal = world.journal().toString();
    assertThat(Ran.of("report", "experts", "--journal", journal).done().out())
        .as("four experts of twelve are 1 of 6 sublayers, five are more than a fifth")
        .contains("16.7 %")
        .containsPattern("ffn .*[1-3]/4");
    JsonNode json =
        Ran.of("report", "experts", "--journal", journal, "--format", "json").done().json();
    List<String> order = new ArrayList<>();
    json.get("order").forEach(cut -> order.add(cut.get("sublayer").asText()));
    assertThat(order)
        .hasSize(4)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[0-2]\\.ffn\\.[0-3]"));
    Ran.of("resume", "experts", "--journal", journal).done();
  }

  @Test
  void modelWithoutExpertsAndStrategiesOfWholeSublayersAreRefused() {
    Ran.of(world("llama").line("run", "--name", "a", "--candidates", "expert"))
        .refused(
            "candidates expert: the model has no mixture of experts."
                + " Use all, attention, ffn or block");
    TinyWorld mixture = world("mixtral");
    Ran.of(mixture.line("run", "--candidates", "expert", "--strategy", "influence"))
        .refused("candidates expert: strategy influence ranks whole sublayers.");
    Ran.of(mixture.line("run", "--candidates", "expert", "--treatment", "duplicate"))
        .refused("treatment duplicate: single experts can only be removed.");
    Ran.of(mixture.line("run", "--candidates", "expert", "--until", "0.04"))
        .refused("until 0.04: less than one cut, for a candidate has 0.25 of 6 sublayers");
  }
}
