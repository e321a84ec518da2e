package dev.sluice.harness.service;

import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.benchmarks.task.TaskLibrary;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobConflictException;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.plan.PlanType;
import dev.sluice.harness.session.EvalSession;
import dev.sluice.harness.session.OpenModel;
import dev.sluice.harness.session.TaskRequest;
import dev.sluice.harness.session.VariantList;
import dev.sluice.harness.session.Work;
import dev.sluice.scorers.NearestName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes requests of evaluations out of what requests of jobs say. */
final class EvalPlans {
  private static final int NAME_PART = 90;

  private final Roots roots;
  private final JournalFolder journals;

  EvalPlans(Roots roots, JournalFolder journals) {
    this.roots = roots;
    this.journals = journals;
  }

  /** The request with its name, if it can be run. */
  JobRequest check(JobRequest asked) {
    Problems problems = new Problems();
    Map<String, String> values = new LinkedHashMap<>(asked.plan());
    values.forEach((key, text) -> check(key, text, problems));
    Stream.of(EvalKey.values())
        .filter(key -> key.required() && values.getOrDefault(key.id(), "").isBlank())
        .forEach(key -> problems.add(key.id(), key.id() + " is missing: " + key.help()));
    checkPlaces(values, problems);
    if (problems.none()) {
      values.putIfAbsent(EvalKey.NAME.id(), name(values.getOrDefault(EvalKey.MODEL.id(), "")));
      EvalSession.Request request = request(values);
      problems.noting(EvalKey.DATA.id(), () -> request.tasks().sources(roots.environment()));
    }
    problems.requireNone("plan");
    requireFree(values.getOrDefault(EvalKey.NAME.id(), ""));
    return new JobRequest(asked.kind(), values, asked.priority());
  }

  private static void check(String id, String text, Problems problems) {
    Optional<EvalKey> key = EvalKey.byId(id);
    if (key.isEmpty()) {
      problems.add(id, unknown(id));
      return;
    }
    key.get()
        .type()
        .problem(text.strip())
        .ifPresent(rule -> problems.add(id, id + " '" + text + "': " + rule));
  }

  private static String unknown(String id) {
    return switch (id) {
      case "task-file", "output", "journal" ->
          id + ": the service does not read or write places of its users' own, leave it out";
      default -> {
        String near = NearestName.hint(id, EvalKey.ids());
        yield "unknown key '"
            + id
            + "'"
            + (near.isEmpty() ? ": there are " + String.join(", ", EvalKey.ids()) : near);
      }
    };
  }

  private static void refuseMasks(Map<String, String> values, Problems problems) {
    listed(values, EvalKey.VARIANTS).stream()
        .filter(EvalPlans::ofFile)
        .forEach(variant ->
            problems.add(
                EvalKey.VARIANTS.id(),
                "variant '"
                    + variant
                    + "': the service does not read places of its users' own, name the cuts, as in"
                    + " cut:3.ffn;9.attention"));
  }

  private static boolean ofFile(String variant) {
    return variant.contains("mask:");
  }

  private void checkPlaces(Map<String, String> values, Problems problems) {
    refuseMasks(values, problems);
    Optional<Path> model =
        value(values, EvalKey.MODEL)
            .flatMap(name -> problems.noting(EvalKey.MODEL.id(), () -> roots.model(name)));
    model.ifPresent(folder ->
        problems.noting(EvalKey.MODEL.id(), () -> checkVariants(folder, values, problems)));
    value(values, EvalKey.DEVICE)
        .filter(text -> EvalKey.DEVICE.type().problem(text).isEmpty())
        .ifPresent(text ->
            problems.noting(EvalKey.DEVICE.id(), () -> DeviceChoice.parse(text).requirePresent()));
    TaskLibrary library = TaskLibrary.shipped();
    listed(values, EvalKey.TASKS)
        .forEach(task -> problems.noting(EvalKey.TASKS.id(), () -> library.find(task)));
    for (EvalKey key : List.of(EvalKey.DATA, EvalKey.SHOTS_DATA)) {
      listed(values, key).forEach(place -> problems.noting(key.id(), () -> place(place)));
    }
  }

  /** Variants of sweeps are looked for when the job runs: the sweep may be in line before it. */
  private boolean checkVariants(Path model, Map<String, String> values, Problems problems) {
    String own =
        listed(values, EvalKey.VARIANTS).stream()
            .filter(v -> !v.contains("@") && !ofFile(v))
            .collect(Collectors.joining(","));
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      if (!own.isEmpty()) {
        VariantList variants = new VariantList(checkpoint.config(), "", journals);
        problems.noting(EvalKey.VARIANTS.id(), () -> variants.parse(own));
      }
      return true;
    }
  }

  private static Optional<String> value(Map<String, String> values, EvalKey key) {
    return Optional.ofNullable(values.get(key.id()))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static List<String> listed(Map<String, String> values, EvalKey key) {
    return value(values, key).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** {@code PLACE} or {@code TASK=PLACE}, with the place where it is now. */
  private String place(String text) {
    int equals = text.indexOf('=');
    String task = text.substring(0, equals + 1);
    return task + roots.data(text.substring(equals + 1));
  }

  /** As the command line makes it of the folder's name. */
  private static String name(String model) {
    String[] parts = model.strip().replaceFirst("@.*", "").split("/+", -1);
    String last =
        Arrays.stream(parts).filter(part -> !part.isEmpty()).reduce((a, b) -> b).orElse("model");
    String name = last.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[._-]+", "");
    return (name.isEmpty() ? "model" : name.substring(0, Math.min(NAME_PART, name.length())))
        + "-eval";
  }

  private void requireFree(String name) {
    if (journals.evaluations().contains(name)) {
      throw new JobConflictException(
          "there is an evaluation '" + name + "' already: give this one another name");
    }
  }

  /** What a job asks for, with what it names where that is now. */
  EvalSession.Request request(Job job) {
    return request(job.plan());
  }

  private EvalSession.Request request(Map<String, String> values) {
    TaskRequest tasks =
        new TaskRequest(
            listed(values, EvalKey.TASKS),
            List.of(),
            new TaskRequest.Places(
                places(values, EvalKey.DATA), places(values, EvalKey.SHOTS_DATA)),
            asking(values));
    OpenModel.Choice model =
        new OpenModel.Choice(
            roots.model(text(values, EvalKey.MODEL)).toString(),
            text(values, EvalKey.DEVICE),
            value(values, EvalKey.DTYPE),
            number(values, EvalKey.THREADS));
    OptionalLong memory =
        value(values, EvalKey.MEMORY).stream().mapToLong(new PlanType.Bytes()::read).findFirst();
    Work work = new Work(number(values, EvalKey.BATCH_TOKENS).orElseThrow(), memory);
    return new EvalSession.Request(
        model,
        text(values, EvalKey.VARIANTS),
        tasks,
        work,
        new EvalSession.Kept(value(values, EvalKey.NAME), Optional.empty()));
  }

  private List<String> places(Map<String, String> values, EvalKey key) {
    return listed(values, key).stream().map(this::place).toList();
  }

  private static TaskRequest.Asking asking(Map<String, String> values) {
    String mode = text(values, EvalKey.MODE);
    return new TaskRequest.Asking(
        Arrays.stream(ScoringMode.values())
            .filter(m -> m.id().equals(mode))
            .findFirst()
            .orElseThrow(),
        number(values, EvalKey.SHOTS),
        value(values, EvalKey.LIMIT).map(ItemSource.Limit::parse),
        OnBadRow.valueOf(text(values, EvalKey.ON_BAD_ROW).toUpperCase(Locale.ROOT)));
  }

  private static String text(Map<String, String> values, EvalKey key) {
    return value(values, key).or(key::fallback).orElse("");
  }

  private static OptionalInt number(Map<String, String> values, EvalKey key) {
    return value(values, key).or(key::fallback).stream().mapToInt(Integer::parseInt).findFirst();
  }
}
