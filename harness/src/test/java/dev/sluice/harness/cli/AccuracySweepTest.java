package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.session.SweepSession;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps that go by the accuracy on a task. */
class AccuracySweepTest {
  private static final int ROWS = 24;
  private static final int DECIDING = 16;

  @TempDir private Path folder;
  private TinyWorld world;
  private Path task;
  private Path rows;

  @BeforeEach
  void write() throws IOException {
    world = TinyWorld.in(folder);
    task = GateTask.write(folder, ROWS);
    rows =
        Files.writeString(
            folder.resolve("test.jsonl"),
            IntStream.range(0, ROWS)
                .mapToObj(i -> GateTask.row("gate " + i, "open", "shut", i % 2))
                .collect(Collectors.joining()));
  }

  private Ran run(String name, String... more) {
    List<String> line = new ArrayList<>(List.of("--task", task.toString()));
    Collections.addAll(line, "--task-data", rows.toString(), "--task-rows", "" + DECIDING);
    Collections.addAll(line, "--name", name, "--measures", "kl");
    Collections.addAll(line, more);
    return world.run(line.toArray(String[]::new));
  }

  private Ran tale(String name, String... more) {
    List<String> line = new ArrayList<>(List.of("--strategy", "tale"));
    Collections.addAll(line, more);
    return run(name, line.toArray(String[]::new));
  }

  private List<Trial> trials(String sweep) {
    return world.journals().read(sweep).stream()
        .flatMap(e ->
            switch (e) {
              case TrialsScored scored -> scored.trials().stream();
              case VariantsSurveyed seen -> seen.trials().stream();
              default -> Stream.empty();
            })
        .toList();
  }

  private static Score accuracy(Trial trial) {
    return trial.scores().stream()
        .filter(s -> s.measure() == Measure.ACCURACY)
        .findFirst()
        .orElseThrow();
  }

  /** What eval says of a variant on the rows that decide, in a journal of its own. */
  private JsonNode eval(String variants, String limit, Path journal) {
    return Ran.of(
            "eval",
            "--model",
            world.model().toString(),
            "--threads",
            "1",
            "--tasks",
            task.toString(),
            "--data",
            rows.toString(),
            "--limit",
            limit,
            "--variants",
            variants,
            "--journal",
            journal.toString(),
            "--json")
        .done()
        .json();
  }

  private static double accuracy(JsonNode evaluation, String variant) {
    for (JsonNode score : evaluation.at("/tasks/0/variants").path(variant).path("scores")) {
      if (score.path("metric").asText().equals("acc_norm")) {
        return score.path("value").asDouble();
      }
    }
    throw new AssertionError("no acc_norm of " + variant + " in " + evaluation);
  }

  @Test
  void everyTrialHasTheAccuracyThatEvalTells() {
    tale("t", "--slice", "3").done();
    Map<String, Double> byVariant = new LinkedHashMap<>();
    trials("t").forEach(t -> byVariant.put(t.variant().toString(), accuracy(t).mean()));
    assertThat(byVariant).hasSizeGreaterThan(5);
    List<String> names = new ArrayList<>();
    byVariant.keySet().forEach(v -> names.add("v" + names.size() + "=cut:" + v.replace(',', ';')));
    String variants = String.join(",", names).replaceFirst("v0=cut:[^,]*", "v0=intact");
    assertThat(trials("t").getFirst().variant().cuts()).as("the intact model is first").isEmpty();
    JsonNode told = eval(variants, "" + DECIDING, folder.resolve("own"));
    int place = 0;
    for (double found : byVariant.values()) {
      assertThat(found).isEqualTo(accuracy(told, "v" + place++));
    }
    assertThat(byVariant.values().stream().distinct().count()).as("they differ").isGreaterThan(1);
  }

  @Test
  void taleCutsWhileNoneIsLostAndSaysSo() {
    tale("t").done();
    SweepState state = SweepState.of(world.journals().read("t")).orElseThrow();
    double intact = accuracy(trials("t").getFirst()).mean();
    assertThat(state.steps())
        .isNotEmpty()
        .allSatisfy(step -> {
          assertThat(step.score()).isGreaterThanOrEqualTo(intact);
          assertThat(step.committed().name()).endsWith(".block");
        });
    assertThat(state.finished()).isPresent();
    assertThat(accuracy(trials("t").getLast()).rows())
        .hasSize(DECIDING)
        .allMatch(v -> v == 0 || v == 1);
  }

  @Test
  void theReportNamesTheCommandThatAsksTheHeldOutRows() {
    String out = tale("t").done().out();
    String command =
        out.replace("\\\n", " ")
            .lines()
            .filter(l -> l.contains("sluice eval "))
            .findFirst()
            .orElseThrow()
            .strip();
    assertThat(command).contains("--limit 16:", "--variants intact,t@all");
    List<String> words = new ArrayList<>(List.of(command.split("\\s+")));
    words.removeFirst();
    words.add("--json");
    JsonNode told = Ran.of(words.toArray(String[]::new)).done().json();
    JsonNode variants = told.at("/tasks/0/variants");
    SweepState state = SweepState.of(world.journals().read("t")).orElseThrow();
    assertThat(variants).hasSize(1 + state.steps().size());
    assertThat(variants.at("/intact/scores/0/documents").asInt()).isEqualTo(ROWS - DECIDING);
    double all = accuracy(eval("intact", "" + ROWS, folder.resolve("own")), "intact");
    double deciding = accuracy(trials("t").getFirst()).mean();
    assertThat(accuracy(told, "intact"))
        .isEqualTo((all * ROWS - deciding * DECIDING) / (ROWS - DECIDING));
  }

  private SweepPlan plan(String name, String... more) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < world.options().size(); i += 2) {
      values.put(world.options().get(i).substring(2), world.options().get(i + 1));
    }
    values.put("strategy", "tale");
    values.put("task", task.toString());
    values.put("task-data", rows.toString());
    values.put("task-rows", "" + DECIDING);
    values.put("measures", "kl");
    values.put("slice", "2");
    values.put("name", name);
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return PlanReader.from(values);
  }

  /** Runs until so many slices were run; the tokens that all slices of this process took. */
  private long run(SweepPlan plan, JournalFolder journals, int slices) {
    List<SweepEvent> written = new ArrayList<>();
    SweepListener listener =
        new SweepListener() {
          @Override
          public void on(SweepEvent event, boolean replayed) {
            if (!replayed) {
              written.add(event);
            }
          }
        };
    try (Journal journal = journals.open(plan.name());
        SweepSession session = SweepSession.open(plan, journals, Map.of())) {
      int[] asked = {0};
      session.sweep(journal, List.of(listener)).run(() -> asked[0]++ >= slices);
    }
    return written.stream()
        .mapToLong(e ->
            switch (e) {
              case TrialsScored scored -> scored.cost().tokens();
              case VariantsSurveyed seen -> seen.cost().tokens();
              default -> 0L;
            })
        .sum();
  }

  @Test
  void aStoppedSweepGoesOnAndComputesNothingTwice() {
    JournalFolder whole = new JournalFolder(folder.resolve("whole"));
    long together = run(plan("t"), whole, Integer.MAX_VALUE);
    JournalFolder parts = new JournalFolder(folder.resolve("parts"));
    long sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += run(plan("t"), parts, i < 3 ? 2 : Integer.MAX_VALUE);
    }
    assertThat(sum).isEqualTo(together).isPositive();
    assertThat(SweepState.of(parts.read("t")).orElseThrow().steps())
        .isEqualTo(SweepState.of(whole.read("t")).orElseThrow().steps());
  }

  @Test
  void anotherSweepIsToldTheAnswersThatAreThere() {
    JournalFolder journals = world.journals();
    long first = run(plan("t", "measures", "accuracy"), journals, Integer.MAX_VALUE);
    long second = run(plan("u", "measures", "accuracy"), journals, Integer.MAX_VALUE);
    assertThat(first).isPositive();
    assertThat(second).as("no calibration row and no item is computed").isZero();
  }

  @Test
  void anyStrategyMayGoByAccuracyOrReportIt() {
    run("greedy", "--measure", "accuracy", "--until", "0.25").done();
    assertThat(trials("greedy")).hasSize(8 + 7).allMatch(t -> accuracy(t).count() == DECIDING);
    run("reported", "--measure", "kl", "--measures", "accuracy", "--until", "0.125").done();
    assertThat(trials("reported")).hasSize(8).allMatch(t -> accuracy(t).count() == DECIDING);
    assertThat(trials("reported").getFirst().scores()).hasSize(2);
  }

  @Test
  void surveysOnFewerRowsAskTheSameShareOfTheItems() {
    run(
            "e",
            "--measure",
            "accuracy",
            "--strategy",
            "evopress",
            "--generations",
            "2",
            "--offspring",
            "3")
        .done();
    assertThat(world.journals().read("e"))
        .filteredOn(VariantsSurveyed.class::isInstance)
        .map(VariantsSurveyed.class::cast)
        .isNotEmpty()
        .anyMatch(s -> s.rows() == 1)
        .allSatisfy(s ->
            assertThat(s.trials()).allMatch(t -> accuracy(t).count() == s.rows() * DECIDING / 2));
  }

  @Test
  void cellsOfAGridShareTrialsOfTheSameTaskAlone() throws IOException {
    Path grid =
        Files.writeString(
            folder.resolve("grid.yaml"),
            """
            model: %s
            calibration: %s
            calibration-preset: first
            sequences: 2
            length: 16
            threads: 1
            strategy: [tale, reverse]
            measure: accuracy
            measures: [kl]
            task: %s
            task-data: %s
            task-rows: [8, 16]
            shares: [0.25, 0.5]
            """
                .formatted(world.model(), world.text(), task, rows));
    world.command("run", grid.toString()).done();
    for (String cell : world.journals().sweeps()) {
      int asked = cell.contains("task-rows8") ? 8 : 16;
      assertThat(trials(cell)).as(cell).isNotEmpty().allMatch(t -> accuracy(t).count() == asked);
    }
    assertThat(world.journals().sweeps()).hasSize(4);
  }

  @Test
  void whatCannotBeIsRefused() {
    world.run("--strategy", "tale").refused("task is missing", "--task");
    tale("t", "--racing", "0.95").refused("racing 0.95", "Leave it out");
    tale("t", "--measure", "kl").refused("measure kl", "accuracy");
    tale("t", "--task", "wikitext").refused("wikitext has no accuracy", "word_perplexity");
    tale("t", "--task", "arc_esay").refused("no task 'arc_esay'", "arc_easy");
    tale("t", "--task", folder.resolve("none.yaml").toString()).refused("no file", "none.yaml");
    run("t", "--measure", "ag").refused("task " + task, "Add accuracy to measures");
  }
}
