package dev.sluice.harness.report;

import dev.sluice.harness.plan.PlanKey;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.Calibration;
import dev.sluice.harness.plan.SweepPlan.Execution;
import dev.sluice.harness.plan.SweepPlan.Search;
import dev.sluice.scorers.Measure;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** A plan as the flat keys and values of a plan file; what was not asked for has no key. */
final class PlanKeys {
  private PlanKeys() {}

  /** Keys in the order of a plan file; values are strings, numbers, booleans or lists of strings. */
  static Map<String, Object> of(SweepPlan plan) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("name", plan.name());
    keys.put("model", plan.model());
    calibration(keys, plan.calibration());
    search(keys, plan.search());
    execution(keys, plan.execution());
    plan.journal().ifPresent(j -> keys.put("journal", j));
    return keys;
  }

  private static void calibration(Map<String, Object> keys, Calibration calibration) {
    keys.put("calibration", calibration.file());
    calibration.field().ifPresent(f -> keys.put("calibration-field", f));
    keys.put("calibration-preset", id(calibration.preset()));
    keys.put("sequences", calibration.sequences());
    keys.put("length", calibration.length());
    if (calibration.select() != Calibration.Select.FIRST) {
      keys.put("select", id(calibration.select()));
      keys.put("pool", calibration.pool());
    }
  }

  private static void search(Map<String, Object> keys, Search search) {
    keys.put("seed", search.seed());
    keys.put("strategy", search.strategy().id());
    keys.put("measure", search.objective().id());
    keys.put("measures", search.measures().stream().map(Measure::id).toList());
    search
        .task()
        .ifPresent(task -> {
          keys.put("task", task.name());
          task.data().ifPresent(place -> keys.put("task-data", place));
          keys.put("task-rows", task.rows());
        });
    keys.put("candidates", id(search.candidates()));
    present(keys, "exclude", search.exclude());
    keys.put("ties", id(search.ties()));
    present(keys, "until", search.until().sublayers());
    present(keys, "until-parameters", search.until().parameters());
    present(keys, "until-divergence", search.until().divergence());
    present(keys, "racing", search.racing());
    if (search.treatment().kind() != SweepPlan.Treatment.Kind.REMOVE) {
      keys.put("treatment", id(search.treatment().kind()));
    }
    search
        .treatment()
        .other()
        .ifPresent(o -> {
          keys.put("other", o);
          keys.put("alpha", search.treatment().alpha());
        });
    effort(keys, search);
  }

  private static void effort(Map<String, Object> keys, Search search) {
    SweepPlan.Effort effort = search.effort();
    Map<PlanKey, Object> all = new EnumMap<>(PlanKey.class);
    all.put(PlanKey.SAMPLES, effort.samples());
    all.put(PlanKey.WINDOW, effort.window());
    all.put(PlanKey.WIDTH, effort.width());
    all.put(PlanKey.OFFSPRING, effort.offspring());
    effort.generations().ifPresent(g -> all.put(PlanKey.GENERATIONS, g));
    all.put(PlanKey.BALANCED, effort.balanced());
    if (!effort.ratios().isEmpty()) {
      all.put(PlanKey.RATIOS, effort.ratios().stream().map(String::valueOf).toList());
    }
    all.forEach((key, value) -> {
      if (search.strategy().reads(key)) {
        keys.put(key.id(), value);
      }
    });
  }

  private static void execution(Map<String, Object> keys, Execution execution) {
    keys.put("device", execution.device());
    execution.dtype().ifPresent(d -> keys.put("dtype", d));
    execution.memory().ifPresent(m -> keys.put("memory", m));
    keys.put("batch-tokens", execution.batchTokens());
    keys.put("slice", execution.slice());
    execution.stack().ifPresent(s -> keys.put("stack", s));
    execution.threads().ifPresent(t -> keys.put("threads", t));
    keys.put("boundary-cache", execution.boundaryCache());
  }

  private static void present(Map<String, Object> keys, String key, OptionalDouble value) {
    value.ifPresent(v -> keys.put(key, v));
  }

  private static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
