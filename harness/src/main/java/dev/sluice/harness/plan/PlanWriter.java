package dev.sluice.harness.plan;

import dev.sluice.scorers.Measure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Writes a plan as flat keys, and hashes those that decide results. */
final class PlanWriter {
  /** Changes when equal keys come to mean something else. */
  private static final String VERSION = "sluice plan 1\n";

  private PlanWriter() {}

  static Map<String, String> values(SweepPlan plan) {
    if (plan.calibration().seed() != plan.search().seed()) {
      throw new IllegalArgumentException(
          "calibration seed %d, search seed %d: a plan's keys hold one seed for both"
              .formatted(plan.calibration().seed(), plan.search().seed()));
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (PlanKey key : PlanKey.values()) {
      if (!plan.search().strategy().reads(key)) {
        continue;
      }
      value(plan, key).ifPresent(text -> values.put(key.id(), text));
    }
    return values;
  }

  static String hash(SweepPlan plan) {
    String text =
        values(plan).entrySet().stream()
            .filter(e -> PlanKey.byId(e.getKey()).orElseThrow().decidesResults())
            .map(e -> e.getKey() + "=" + e.getValue() + "\n")
            .collect(Collectors.joining("", VERSION, ""));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM must have SHA-256", e);
    }
  }

  private static Optional<String> value(SweepPlan plan, PlanKey key) {
    SweepPlan.Calibration calibration = plan.calibration();
    SweepPlan.Search search = plan.search();
    return switch (key) {
      case MODEL -> Optional.of(plan.model());
      case CALIBRATION -> Optional.of(calibration.file());
      case CALIBRATION_FIELD -> calibration.field();
      case CALIBRATION_PRESET -> name(calibration.preset());
      case SEQUENCES -> Optional.of(Integer.toString(calibration.sequences()));
      case LENGTH -> Optional.of(Integer.toString(calibration.length()));
      case SELECT -> chosen(calibration).flatMap(c -> name(c.select()));
      case POOL -> chosen(calibration).map(c -> Integer.toString(c.pool()));
      case SEED -> Optional.of(Long.toString(calibration.seed()));
      case STRATEGY -> Optional.of(search.strategy().id());
      case MEASURE -> name(search.objective());
      case MEASURES -> Optional.of(measures(search));
      case TASK -> search.task().map(SweepPlan.Task::name);
      case TASK_DATA -> search.task().flatMap(SweepPlan.Task::data);
      case TASK_ROWS -> search.task().map(task -> Integer.toString(task.rows()));
      case CANDIDATES -> name(search.candidates());
      case EXCLUDE -> number(search.exclude()).or(key::fallback);
      case TIES -> name(search.ties());
      case UNTIL -> number(search.until().sublayers());
      case UNTIL_PARAMETERS -> number(search.until().parameters());
      case UNTIL_DIVERGENCE -> number(search.until().divergence());
      case RACING -> number(search.racing()).or(key::fallback);
      case TREATMENT -> treatment(search.treatment().kind());
      case OTHER -> search.treatment().other();
      case ALPHA ->
          search.treatment().other().map(o -> Double.toString(search.treatment().alpha()));
      case SAMPLES, WINDOW, WIDTH, OFFSPRING, GENERATIONS, BALANCED, RATIOS ->
          effort(search.effort(), key);
      case NAME -> Optional.of(plan.name());
      case JOURNAL -> plan.journal();
      case DTYPE, DEVICE, MEMORY, BATCH_TOKENS, SLICE, STACK, THREADS, BOUNDARY_CACHE ->
          value(plan.execution(), key);
    };
  }

  /** What a plan that says nothing of it has always meant is not written. */
  private static Optional<String> treatment(SweepPlan.Treatment.Kind kind) {
    return kind == SweepPlan.Treatment.Kind.REMOVE ? Optional.empty() : name(kind);
  }

  private static Optional<String> value(SweepPlan.Execution execution, PlanKey key) {
    return switch (key) {
      case DTYPE -> execution.dtype();
      case DEVICE -> Optional.of(execution.device());
      case MEMORY -> execution.memory().map(bytes -> Long.toString(bytes));
      case BATCH_TOKENS -> Optional.of(Integer.toString(execution.batchTokens()));
      case SLICE -> Optional.of(Integer.toString(execution.slice()));
      case STACK -> number(execution.stack());
      case THREADS -> number(execution.threads());
      case BOUNDARY_CACHE -> Optional.of(execution.boundaryCache() ? "on" : "off");
      default -> throw new IllegalArgumentException(key + " says nothing of how work is run");
    };
  }

  private static Optional<String> effort(SweepPlan.Effort effort, PlanKey key) {
    return switch (key) {
      case SAMPLES -> Optional.of(Integer.toString(effort.samples()));
      case WINDOW -> Optional.of(Integer.toString(effort.window()));
      case WIDTH -> Optional.of(Integer.toString(effort.width()));
      case OFFSPRING -> Optional.of(Integer.toString(effort.offspring()));
      case GENERATIONS -> number(effort.generations());
      case BALANCED -> Optional.of(effort.balanced() ? "on" : "off");
      case RATIOS -> numbers(effort.ratios());
      default -> throw new IllegalArgumentException(key + " is no key of effort");
    };
  }

  /** Where rows are chosen; the first are what a plan that says nothing of it has always meant. */
  private static Optional<SweepPlan.Calibration> chosen(SweepPlan.Calibration calibration) {
    return Optional.of(calibration).filter(c -> c.select() != SweepPlan.Calibration.Select.FIRST);
  }

  private static String measures(SweepPlan.Search search) {
    return search.measures().stream().sorted().map(Measure::id).collect(Collectors.joining(","));
  }

  private static Optional<String> name(Enum<?> constant) {
    return Optional.of(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private static Optional<String> numbers(List<Double> values) {
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(values.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }

  private static Optional<String> number(OptionalDouble value) {
    return value.isPresent() ? Optional.of(Double.toString(value.getAsDouble())) : Optional.empty();
  }

  private static Optional<String> number(OptionalInt value) {
    return value.isPresent() ? Optional.of(Integer.toString(value.getAsInt())) : Optional.empty();
  }
}
