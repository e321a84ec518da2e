package dev.sluice.harness.service;

import dev.sluice.benchmarks.PromptSources;
import dev.sluice.benchmarks.task.TaskLibrary;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobConflictException;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.plan.PlanKey;
import dev.sluice.harness.plan.PlanProblemsException;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.PlanDifferences;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes plans of sweeps out of what requests say. */
final class SweepPlans {
  private static final String SOURCE = "plan";

  private final Roots roots;
  private final JournalFolder journals;

  SweepPlans(Roots roots, JournalFolder journals) {
    this.roots = roots;
    this.journals = journals;
  }

  /** The request with its name, if it can be run. */
  JobRequest check(JobRequest request) {
    Problems problems = new Problems();
    Map<String, String> values = own(request.plan(), problems);
    Optional<SweepPlan> asked = problems.noting(() -> PlanReader.from(values));
    Optional<Path> model = place(values, PlanKey.MODEL, problems, roots::model);
    Optional<Path> text = place(values, PlanKey.CALIBRATION, problems, roots::text);
    asked.ifPresent(plan -> {
      problems.noting(
          PlanKey.DEVICE.id(),
          () -> DeviceChoice.parse(plan.execution().device()).requirePresent());
      text.ifPresent(file ->
          problems.noting(
              PlanKey.CALIBRATION_FIELD.id(),
              () -> PromptSources.of(file, plan.calibration().field())));
      plan.search().task().ifPresent(task -> checkTask(task, problems));
      model.ifPresent(folder ->
          problems.noting(PlanKey.MODEL.id(), () -> requireContext(folder, plan, problems)));
    });
    problems.requireNone(SOURCE);
    values.put(PlanKey.NAME.id(), asked.orElseThrow().name());
    requireFree(plan(values));
    return new JobRequest(request.kind(), values, request.priority());
  }

  private static Map<String, String> own(Map<String, String> asked, Problems problems) {
    Map<String, String> values = new LinkedHashMap<>(asked);
    if (values.remove(PlanKey.JOURNAL.id()) != null) {
      problems.add(
          PlanKey.JOURNAL.id(),
          "journal: the service keeps all in a folder of its own, leave it out");
    }
    return values;
  }

  private interface Places {
    Path find(String name);
  }

  private static Optional<Path> place(
      Map<String, String> values, PlanKey key, Problems problems, Places places) {
    String name = values.getOrDefault(key.id(), "").strip();
    return name.isEmpty() ? Optional.empty() : problems.noting(key.id(), () -> places.find(name));
  }

  private void checkTask(SweepPlan.Task task, Problems problems) {
    problems.noting(PlanKey.TASK.id(), () -> TaskLibrary.shipped().find(task.name()));
    task.data()
        .ifPresent(place -> problems.noting(PlanKey.TASK_DATA.id(), () -> roots.data(place)));
  }

  private static boolean requireContext(Path folder, SweepPlan plan, Problems problems) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      int context = checkpoint.config().context();
      if (plan.calibration().length() > context) {
        problems.add(
            PlanKey.LENGTH.id(),
            "length %d: the model was made for %d tokens, lower it"
                .formatted(plan.calibration().length(), context));
      }
      return true;
    }
  }

  /** A job's plan, with what it names where that is now. */
  SweepPlan plan(Job job) {
    return plan(job.plan());
  }

  private SweepPlan plan(Map<String, String> asked) {
    Map<String, String> values = new LinkedHashMap<>(asked);
    values.computeIfPresent(PlanKey.MODEL.id(), (k, name) -> roots.model(name.strip()).toString());
    values.computeIfPresent(
        PlanKey.CALIBRATION.id(), (k, name) -> roots.text(name.strip()).toString());
    values.computeIfPresent(
        PlanKey.TASK_DATA.id(), (k, name) -> roots.data(name.strip()).toString());
    return PlanReader.from(values);
  }

  private void requireFree(SweepPlan plan) {
    if (!journals.exists(plan.name())) {
      return;
    }
    Optional<SweepState> state = SweepState.of(journals.read(plan.name()));
    List<String> differences =
        state
            .map(s ->
                PlanDifferences.between(
                    new SweepStarted(s.plan(), s.provenance()),
                    new SweepStarted(plan, s.provenance())))
            .orElse(List.of());
    if (!differences.isEmpty()) {
      throw new JobConflictException(
          "sweep '%s' is in the journal already and was begun differently (%s): give this one another name"
              .formatted(plan.name(), String.join("; ", differences)));
    }
  }

  /** What {@code memory} may be in plans of both kinds. */
  static Map<String, String> withMemory(Map<String, String> plan, String memory) {
    Map<String, String> changed = new LinkedHashMap<>(plan);
    if (memory.equals("auto")) {
      changed.remove(PlanKey.MEMORY.id());
      return changed;
    }
    PlanKey.MEMORY
        .type()
        .problem(memory)
        .ifPresent(rule -> {
          throw new PlanProblemsException(
              "change",
              List.of(
                  PlanProblemsException.Problem.of(
                      PlanKey.MEMORY.id(), "memory '" + memory + "': " + rule + ", or auto")));
        });
    changed.put(PlanKey.MEMORY.id(), memory);
    return changed;
  }
}
