package dev.sluice.harness.plan;

import dev.sluice.harness.plan.SweepPlan.Calibration;
import dev.sluice.harness.plan.SweepPlan.Calibration.Preset;
import dev.sluice.harness.plan.SweepPlan.Execution;
import dev.sluice.harness.plan.SweepPlan.Search;
import dev.sluice.harness.plan.SweepPlan.Until;
import dev.sluice.scorers.Measure;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Makes a plan of checked values, adding what only holds between keys. */
final class PlanBuilder {
  private static final int MODEL_PART = 60;
  private static final int HASH_PART = 8;

  private final PlanValues values;

  private PlanBuilder(PlanValues values) {
    this.values = values;
  }

  /**
   * @param source where the values come from, for the message
   */
  static SweepPlan build(String source, PlanValues values) {
    PlanBuilder builder = new PlanBuilder(values);
    SweepPlan plan =
        new SweepPlan(
                values.optional(PlanKey.NAME).orElse(""),
                values.required(PlanKey.MODEL),
                builder.calibration(),
                builder.search(),
                builder.execution())
            .keptIn(values.optional(PlanKey.JOURNAL));
    values.requireNone(source);
    return values.has(PlanKey.NAME) ? plan : named(plan);
  }

  private Calibration calibration() {
    Preset preset = values.choice(PlanKey.CALIBRATION_PRESET, Preset.class);
    int sequences = (int) values.whole(PlanKey.SEQUENCES);
    int length = (int) values.whole(PlanKey.LENGTH);
    if (preset == Preset.FINERCUT) {
      requireFixed(PlanKey.SEQUENCES);
      requireFixed(PlanKey.LENGTH);
    } else if ((long) sequences * length > Integer.MAX_VALUE) {
      values.problem(
          PlanKey.LENGTH,
          "sequences %d and length %d: more than %d tokens together. Make one of them smaller"
              .formatted(sequences, length, Integer.MAX_VALUE));
    }
    return new Calibration(
        values.required(PlanKey.CALIBRATION),
        values.optional(PlanKey.CALIBRATION_FIELD),
        preset,
        sequences,
        length,
        values.whole(PlanKey.SEED));
  }

  private void requireFixed(PlanKey key) {
    String fixed = key.fallback().orElseThrow();
    if (values.whole(key) != Long.parseLong(fixed)) {
      values.problem(
          key,
          "%s %d: calibration-preset finercut fixes it at %s. Use calibration-preset first"
              .formatted(key.id(), values.whole(key), fixed));
    }
  }

  private Search search() {
    Measure objective = values.choice(PlanKey.MEASURE, Measure.class);
    return new Search(
        values.choice(PlanKey.STRATEGY, SweepPlan.StrategyName.class),
        objective,
        measures(objective),
        values.choice(PlanKey.CANDIDATES, SweepPlan.CandidateKind.class),
        values.decimal(PlanKey.EXCLUDE),
        values.choice(PlanKey.TIES, SweepPlan.TieOrder.class),
        until(),
        values.decimal(PlanKey.RACING),
        values.whole(PlanKey.SEED));
  }

  /** In the order of {@link Measure}, so that plans which ask for the same are equal. */
  private List<Measure> measures(Measure objective) {
    Stream<Measure> reported =
        values.choices(PlanKey.MEASURES).stream().map(id -> Measure.byId(id).orElseThrow());
    return Stream.concat(reported, Stream.of(objective)).distinct().sorted().toList();
  }

  private Until until() {
    boolean others = values.has(PlanKey.UNTIL_PARAMETERS) || values.has(PlanKey.UNTIL_DIVERGENCE);
    return new Until(
        others && !values.has(PlanKey.UNTIL)
            ? OptionalDouble.empty()
            : values.decimal(PlanKey.UNTIL),
        values.decimal(PlanKey.UNTIL_PARAMETERS),
        values.decimal(PlanKey.UNTIL_DIVERGENCE));
  }

  private Execution execution() {
    return new Execution(
        values.text(PlanKey.DEVICE),
        values.optional(PlanKey.DTYPE),
        values.bytes(PlanKey.MEMORY),
        (int) values.whole(PlanKey.BATCH_TOKENS),
        (int) values.whole(PlanKey.SLICE),
        values.optionalInt(PlanKey.STACK),
        values.optionalInt(PlanKey.THREADS),
        values.on(PlanKey.BOUNDARY_CACHE));
  }

  private static SweepPlan named(SweepPlan plan) {
    String name =
        modelPart(plan.model())
            + "-"
            + plan.search().objective().id()
            + "-"
            + PlanWriter.hash(plan).substring(0, HASH_PART);
    return new SweepPlan(name, plan.model(), plan.calibration(), plan.search(), plan.execution())
        .keptIn(plan.journal());
  }

  private static String modelPart(String model) {
    Path folder = Path.of(model).toAbsolutePath().normalize().getFileName();
    String name =
        (folder == null ? "" : folder.toString())
            .replaceAll("[^A-Za-z0-9._-]", "-")
            .replaceFirst("^[._-]+", "");
    String start = name.substring(0, Math.min(name.length(), MODEL_PART));
    return start.isEmpty() ? "model" : start;
  }
}
