package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.sweep.SweepState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
  @TempDir static Path folder;
  static TinyWorld world;

  @BeforeAll
  static void world() {
    world = TinyWorld.in(folder);
  }

  @Test
  void orderHoldsEverySublayerOnce() {
    world.run("--name", "all", "--until", "1").done();
    JsonNode report = world.command("report", "all", "--format", "json").done().json();
    assertThat(report.get("finished").asText()).isEqualTo("exhausted");
    List<String> order = texts(report.get("order"), "sublayer");
    assertThat(order).hasSize(8).doesNotHaveDuplicates();
    assertThat(texts(report.get("order"), "rank")).containsExactly(split("1 2 3 4 5 6 7 8"));
    assertThat(report.get("candidates")).hasSize(8 + 7 + 6 + 5 + 4 + 3 + 2 + 1);
    assertThat(report.get("order"))
        .allSatisfy(cut -> assertThat(cut.get("score").isNumber()).as("%s", cut).isTrue());
  }

  @Test
  void stdoutCarriesTheReportAndStderrTheProgress() {
    Ran ran = world.run("--name", "streams", "--until", "0.25").done();
    assertThat(ran.out()).startsWith("Sluice").contains("streams", "What was cut", "rank");
    assertThat(ran.out()).doesNotContain("\u001b", "step 1 of");
    assertThat(ran.err()).contains("step 1 of 2: cut ", "step 2 of 2: cut ", "finished: ");
    assertThat(ran.err()).doesNotContain("\u001b", "What was cut");
    assertThat(world.command("report", "streams").done().out())
        .as("the same report, but for colours")
        .isEqualTo(ran.out());
  }

  @Test
  void quietRunSaysNothingOnStderr() {
    Ran ran = world.run("--name", "quiet", "--until", "0.25", "--quiet").done();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("What was cut");
  }

  @Test
  void jsonIsOneObjectALineAndNothingElse() {
    Ran ran = world.run("--name", "json", "--until", "0.25", "--json").done();
    List<JsonNode> events = ran.events();
    assertThat(events).allSatisfy(e -> assertThat(e.isObject()).as("%s", e).isTrue());
    assertThat(events).extracting(e -> e.get("event").asText()).startsWith("started");
    assertThat(events).extracting(e -> e.get("event").asText()).endsWith("finished");
    assertThat(named(events, "trial")).hasSize(8 + 7);
    assertThat(named(events, "step")).hasSize(2);
    assertThat(events).allSatisfy(e -> assertThat(e.get("replayed").asBoolean()).isFalse());

    List<JsonNode> again = world.run("--name", "json", "--until", "0.25", "--json").done().events();
    assertThat(named(again, "progress")).as("nothing is scored again").isEmpty();
    assertThat(again).allSatisfy(e -> assertThat(e.get("replayed").asBoolean()).isTrue());
    assertThat(named(again, "trial"))
        .usingRecursiveComparison()
        .isEqualTo(named(events, "trial").stream().map(RunCommandTest::replayed).toList());
  }

  private static JsonNode replayed(JsonNode event) {
    return ((ObjectNode) event.deepCopy()).put("replayed", true);
  }

  @Test
  void finishedSweepPrintsItsReportAtOnce() {
    Ran first = world.run("--name", "twice", "--until", "0.25").done();
    Ran again = world.run("--name", "twice", "--until", "0.25").done();
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(world.command("resume", "twice").done().out()).isEqualTo(first.out());
  }

  @Test
  void blocksStopAtTheLastThatFitsTheShare() {
    JsonNode odd = blocks("odd", "0.375");
    assertThat(texts(odd.get("order"), "rank")).as("3 of 8 sublayers").containsExactly("1", "1");
    assertThat(odd.at("/order/0/sublayers")).isEqualTo(odd.at("/order/1/sublayers")).hasSize(2);
    assertThat(odd.get("candidates")).hasSize(4);
    assertThat(blocks("even", "0.5").get("order")).hasSize(4);
  }

  @Test
  void aShareBelowOneBlockIsRefusedAndLeavesNothing() {
    Ran none = world.run("--name", "none", "--candidates", "block", "--until", "0.125");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("has 2 of 8 sublayers. Raise it to 0.2500 or more");
    assertThat(world.command("list").done().out()).doesNotContain("none");
  }

  private static JsonNode blocks(String name, String until) {
    world.run("--name", name, "--candidates", "block", "--until", until).done();
    return world.command("report", name, "--format", "json").done().json();
  }

  @Test
  void otherBoundsEndASearchToo() {
    world.run("--name", "params", "--until-parameters", "0.2").done();
    JsonNode params = world.command("report", "params", "--format", "json").done().json();
    double cut =
        params
            .at("/order/" + (params.get("order").size() - 1))
            .at("/reduction/parameters")
            .asDouble();
    assertThat(cut).isBetween(0.2, 0.4);
    assertThat(params.get("finished").asText()).isEqualTo("ratio_reached");

    Ran none = world.run("--name", "bound", "--until-divergence", "0").done();
    assertThat(none.out()).contains("nothing cut");
    JsonNode bound = world.command("report", "bound", "--format", "json").done().json();
    assertThat(bound.get("finished").asText()).isEqualTo("divergence_bound");
    assertThat(bound.get("order")).isEmpty();
    assertThat(bound.get("candidates")).as("the step that crossed it is kept").hasSize(8);
  }

  @Test
  void controlsRunLikeASearch() {
    world.run("--name", "back", "--strategy", "reverse", "--until", "0.5").done();
    JsonNode back = world.command("report", "back", "--format", "json").done().json();
    assertThat(texts(back.get("order"), "sublayer"))
        .containsExactly("3.ffn", "3.attention", "2.ffn", "2.attention");
    assertThat(back.get("candidates")).hasSize(4);
  }

  @Test
  void planFileAndOptionsAreTheSameSweep() throws IOException {
    Path file = folder.resolve("plan.yaml");
    StringBuilder yaml = new StringBuilder("# the same as the options\nuntil: 0.25\nname: file\n");
    for (int i = 0; i < world.options().size(); i += 2) {
      String key = world.options().get(i).substring(2);
      yaml.append(key).append(": ").append(world.options().get(i + 1)).append('\n');
    }
    Files.writeString(file, yaml);
    world.run("--name", "options", "--until", "0.25").done();
    Ran.of("run", file.toString()).done();

    SweepState byOptions = state("options");
    SweepState byFile = state("file");
    assertThat(PlanReader.hash(byFile.plan())).isEqualTo(PlanReader.hash(byOptions.plan()));
    assertThat(byFile.steps()).isEqualTo(byOptions.steps());
    assertThat(byFile.trials().stream().map(t -> t.scores()))
        .containsExactlyElementsOf(byOptions.trials().stream().map(t -> t.scores()).toList());
  }

  @Test
  void optionsWinOverThePlanFile() throws IOException {
    Path other = folder.resolve("other-journal");
    Path file =
        Files.writeString(
            folder.resolve("over.yaml"),
            "measure: ag\nuntil: 0.9\nname: wrong\njournal: %s\n".formatted(folder.resolve("no")));
    Ran.of(withFile(file, world.line("run", "--until", "0.2", "--journal", other.toString())))
        .done();
    Ran list = Ran.of("list", "--journal", other.toString()).done();
    assertThat(list.out()).contains("wrong", "finished", "12.5%");
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void journalKeyOfThePlanFileIsTheFolder() throws IOException {
    Path kept = folder.resolve("kept here");
    Path file =
        Files.writeString(
            folder.resolve("journal.yaml"), "name: kept\njournal: '%s'\n".formatted(kept));
    List<String> line = new ArrayList<>(List.of(world.line("run", "--until", "0.2")));
    line.subList(line.indexOf("--journal"), line.indexOf("--journal") + 2).clear();
    Ran ran = Ran.of(withFile(file, line.toArray(String[]::new))).done();
    assertThat(kept.resolve("kept.sluice.db")).isRegularFile();
    assertThat(ran.out())
        .as("what to do next finds the journal")
        .contains("sluice report kept --journal '" + kept + "'");
  }

  private static String[] withFile(Path file, String[] line) {
    List<String> all = new ArrayList<>(List.of(line));
    all.add(1, file.toString());
    return all.toArray(String[]::new);
  }

  private static SweepState state(String name) {
    return SweepState.of(world.journals().read(name)).orElseThrow();
  }

  private static List<JsonNode> named(List<JsonNode> events, String event) {
    return events.stream().filter(e -> e.get("event").asText().equals(event)).toList();
  }

  private static List<String> texts(JsonNode array, String field) {
    List<String> texts = new ArrayList<>();
    array.forEach(n -> texts.add(n.get(field).asText()));
    return texts;
  }

  private static String[] split(String text) {
    return text.split(" ");
  }
}
