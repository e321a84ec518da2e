package dev.sluice.harness.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobConflictException;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.plan.PlanProblemsException;
import dev.sluice.harness.plan.PlanProblemsException.Problem;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SampleSweeps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What requests may say, and what they are told. */
class RequestsTest {
  @TempDir private Path folder;
  private ServiceWorld world;
  private ServiceRunner runner;

  @BeforeEach
  void world() throws IOException {
    world = ServiceWorld.in(folder, 2);
    Files.writeString(
        world.data().resolve("boolq.jsonl"),
        "{\"passage\": \"It is.\", \"question\": \"is it\", \"label\": true}\n".repeat(4));
    runner =
        new ServiceRunner(
            new SweepJobs(world.roots(), world.journals(), JobListeners.NONE),
            new EvaluationJobs(world.roots(), world.journals(), JobListeners.NONE));
  }

  private List<Problem> problems(JobRequest request) {
    try {
      JobRequest taken = runner.check(request);
      throw new AssertionError("taken: " + taken);
    } catch (PlanProblemsException e) {
      e.problems().forEach(p -> assertThat(e).hasMessageContaining(p.text()));
      return e.problems();
    }
  }

  private static List<String> keys(List<Problem> problems) {
    return problems.stream().map(p -> p.key().orElse("")).toList();
  }

  private static JobRequest evaluation(String... more) {
    Map<String, String> plan = new LinkedHashMap<>();
    plan.put("model", "tiny");
    plan.put("tasks", "boolq");
    plan.put("data", "boolq=boolq.jsonl");
    return new JobRequest(Job.Kind.EVALUATION, ServiceWorld.with(plan, more), 0);
  }

  @Test
  void allProblemsOfASweepAreToldAtOnceEachWithItsKey() {
    List<Problem> problems =
        problems(
            ServiceWorld.sweep(
                "x",
                "until",
                "7",
                "messure",
                "ag",
                "model",
                "../secret",
                "calibration",
                "none.txt",
                "journal",
                "/tmp"));
    assertThat(keys(problems))
        .containsExactlyInAnyOrder("journal", "until", "messure", "model", "calibration");
    assertThat(problems)
        .anySatisfy(p -> assertThat(p.text()).contains("unknown key 'messure'", "'measure'"));
  }

  @Test
  void whatDoesNotFitTheModelOrTheTextIsTold() throws IOException {
    assertThat(keys(problems(ServiceWorld.sweep("x", "length", "100000"))))
        .containsExactly("length");
    Files.writeString(world.data().resolve("rows.jsonl"), "{\"text\": \"a\"}\n");
    List<Problem> field = problems(ServiceWorld.sweep("x", "calibration", "rows.jsonl"));
    assertThat(keys(field)).containsExactly("calibration-field");
    assertThat(field.getFirst().text()).contains("text");
    Files.delete(world.models().resolve("tiny/config.json"));
    assertThat(keys(problems(ServiceWorld.sweep("x")))).containsExactly("model");
  }

  @Test
  void requestThatMissesAModelSaysSo() {
    assertThat(keys(problems(new JobRequest(Job.Kind.SWEEP, Map.of(), 0))))
        .containsExactly("model", "calibration");
    assertThat(keys(problems(new JobRequest(Job.Kind.EVALUATION, Map.of(), 0))))
        .containsExactly("model", "tasks");
  }

  @Test
  void sweepWithoutANameGetsTheOneThatTheCommandLineWouldMake() {
    Map<String, String> plan = new LinkedHashMap<>(ServiceWorld.sweep("x").plan());
    plan.remove("name");
    String name = runner.check(new JobRequest(Job.Kind.SWEEP, plan, 0)).plan().get("name");
    assertThat(name).isEqualTo(PlanReader.from(plan).name()).startsWith("tiny-ag-");
  }

  @Test
  void nameOfAnotherSweepsJournalIsRefused() {
    SweepPlan other = SampleSweeps.plan();
    try (Journal journal = world.journals().open(other.name())) {
      SampleSweeps.finished().forEach(journal::append);
    }
    assertThatExceptionOfType(JobConflictException.class)
        .isThrownBy(() -> runner.check(ServiceWorld.sweep(other.name())))
        .withMessageContaining("'" + other.name() + "'")
        .withMessageContaining("another name");
  }

  @Test
  void allProblemsOfAnEvaluationAreToldAtOnceEachWithItsKey() {
    List<Problem> problems =
        problems(
            evaluation(
                "model", "/etc",
                "tasks", "boolk,wikitext",
                "data", "/etc/passwd",
                "shots", "-1",
                "mode", "dirty",
                "variant", "intact",
                "task-file", "x.yaml",
                "output", "/tmp",
                "journal", "/tmp"));
    assertThat(keys(problems))
        .containsExactlyInAnyOrder(
            "model", "tasks", "data", "shots", "mode", "variant", "task-file", "output", "journal");
    assertThat(problems)
        .anySatisfy(p -> assertThat(p.text()).contains("unknown key 'variant'", "'variants'"))
        .anySatisfy(p -> assertThat(p.text()).contains("boolk", "boolq"));
  }

  @Test
  void variantsAreReadAsFarAsTheyDoNotComeFromSweeps() {
    assertThat(keys(problems(evaluation("variants", "intact,cut:9.ffn"))))
        .containsExactly("variants");
    assertThat(problems(evaluation("variants", "intact,x=mask:/etc/passwd,mask:a@0.25")))
        .hasSize(2)
        .allSatisfy(p -> assertThat(p.text()).contains("does not read places", "cut:3.ffn"));
    JobRequest taken =
        runner.check(evaluation("variants", "intact,later@0.25,cut:1.ffn", "name", "e"));
    assertThat(taken.plan()).containsEntry("variants", "intact,later@0.25,cut:1.ffn");
  }

  @Test
  void dataThatIsNotThereIsTold() {
    assertThat(keys(problems(evaluation("data", "")))).contains("data");
    Map<String, String> plan = new LinkedHashMap<>(evaluation().plan());
    plan.remove("data");
    assertThat(keys(problems(new JobRequest(Job.Kind.EVALUATION, plan, 0))))
        .containsExactly("data");
  }

  @Test
  void evaluationWithoutANameGetsTheModelsAsTheCommandLineDoes() {
    assertThat(runner.check(evaluation()).plan()).containsEntry("name", "tiny-eval");
    assertThat(runner.check(evaluation("model", "demo")).plan()).containsEntry("name", "demo-eval");
  }

  @Test
  void memoryMayBeASizeOrAuto() {
    Map<String, String> plan = runner.withMemory(Map.of("model", "tiny"), "8GiB");
    assertThat(plan).containsEntry("memory", "8GiB");
    assertThat(runner.withMemory(plan, "auto")).isEqualTo(Map.of("model", "tiny"));
    assertThatExceptionOfType(PlanProblemsException.class)
        .isThrownBy(() -> runner.withMemory(plan, "much"))
        .satisfies(e -> assertThat(keys(e.problems())).containsExactly("memory"))
        .withMessageContaining("'much'");
  }
}
