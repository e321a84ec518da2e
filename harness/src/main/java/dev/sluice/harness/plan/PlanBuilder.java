package dev.sluice.harness.plan;

import dev.sluice.harness.plan.SweepPlan.Calibration;
import dev.sluice.harness.plan.SweepPlan.Calibration.Preset;
import dev.sluice.harness.plan.SweepPlan.Calibration.Select;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.Effort;
import dev.sluice.harness.plan.SweepPlan.Execution;
import dev.sluice.harness.plan.SweepPlan.Search;
import dev.sluice.harness.plan.SweepPlan.Treatment;
import dev.sluice.harness.plan.SweepPlan.Until;
import dev.sluice.scorers.Measure;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes a plan of checked values, adding what only holds between keys. */
final class PlanBuilder {
  private static final int MODEL_PART = 60;
  private static final int HASH_PART = 8;
  private static final int POOL_TIMES = 10;

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
        values.whole(PlanKey.SEED),
        select(preset),
        pool(sequences, length));
  }

  private Select select(Preset preset) {
    Select select = values.choice(PlanKey.SELECT, Select.class);
    if (select != Select.FIRST && preset == Preset.FINERCUT) {
      values.problem(
          PlanKey.SELECT,
          "select %s: calibration-preset finercut takes the first 10 x 256 tokens. Use"
                  .formatted(values.text(PlanKey.SELECT))
              + " calibration-preset first, windows or documents");
    }
    return select;
  }

  /** As many as sequences where the first are taken, so that equal work has equal plans. */
  private int pool(int sequences, int length) {
    if (values.choice(PlanKey.SELECT, Select.class) == Select.FIRST) {
      return sequences;
    }
    long pool =
        values.has(PlanKey.POOL) ? values.whole(PlanKey.POOL) : (long) POOL_TIMES * sequences;
    if (pool < sequences) {
      values.problem(
          PlanKey.POOL,
          "pool %d: must be at least sequences, %d. Leave it out for %d times as many"
              .formatted(pool, sequences, POOL_TIMES));
    } else if (pool * length > Integer.MAX_VALUE
        && (long) sequences * length <= Integer.MAX_VALUE) {
      values.problem(
          PlanKey.POOL,
          "pool %d and length %d: more than %d tokens together. Make one of them smaller"
              .formatted(pool, length, Integer.MAX_VALUE));
    }
    return (int) Math.min(pool, Integer.MAX_VALUE);
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
    StrategyName strategy = values.strategy();
    Measure objective =
        own(PlanKey.MEASURE, strategy, strategy.ownMeasure(), Measure::id, Measure.class);
    CandidateKind candidates =
        own(
            PlanKey.CANDIDATES,
            strategy,
            strategy.ownCandidates(),
            c -> c.name().toLowerCase(Locale.ROOT),
            CandidateKind.class);
    if (candidates == CandidateKind.EXPERT) {
      requireForExperts(strategy);
    }
    List<Measure> measures = measures(objective);
    return new Search(
        strategy,
        objective,
        measures,
        candidates,
        values.decimal(PlanKey.EXCLUDE),
        values.choice(PlanKey.TIES, SweepPlan.TieOrder.class),
        until(),
        racing(objective),
        values.whole(PlanKey.SEED),
        effort(strategy, candidates),
        treatment(),
        task(strategy, measures));
  }

  /** What is said of whole sublayers has no meaning for parts of them. */
  private void requireForExperts(StrategyName strategy) {
    if (!strategy.ranksExperts()) {
      values.problem(
          PlanKey.CANDIDATES,
          "candidates expert: strategy %s ranks whole sublayers. Use another, such as one-shot"
              .formatted(strategy.id()));
    }
    if (values.choice(PlanKey.TREATMENT, Treatment.Kind.class) != Treatment.Kind.REMOVE) {
      values.problem(
          PlanKey.TREATMENT,
          "treatment %s: single experts can only be removed. Leave it out, or use candidates all"
              .formatted(values.text(PlanKey.TREATMENT)));
    }
    if (values.decimal(PlanKey.EXCLUDE).isPresent()) {
      values.problem(
          PlanKey.EXCLUDE, "exclude: counts whole sublayers, and candidates are experts. Use none");
    }
  }

  private OptionalDouble racing(Measure objective) {
    OptionalDouble racing = values.decimal(PlanKey.RACING);
    if (racing.isPresent() && objective.needsAnswers()) {
      values.problem(
          PlanKey.RACING,
          "racing %s: measure %s is known only once all items are answered. Leave it out"
              .formatted(values.text(PlanKey.RACING), objective.id()));
    }
    return racing;
  }

  private Optional<SweepPlan.Task> task(StrategyName strategy, List<Measure> measures) {
    if (Stream.concat(measures.stream(), strategy.ownMeasure().stream())
        .anyMatch(Measure::needsAnswers)) {
      if (values.choice(PlanKey.TREATMENT, Treatment.Kind.class) != Treatment.Kind.REMOVE) {
        values.problem(
            PlanKey.TREATMENT,
            "treatment %s: accuracy is measured on variants that lack what they cut. Leave one out"
                .formatted(values.text(PlanKey.TREATMENT)));
      }
      Optional<String> data = values.optional(PlanKey.TASK_DATA);
      int rows = (int) values.whole(PlanKey.TASK_ROWS);
      String name = values.optional(PlanKey.TASK).orElse("");
      if (name.isEmpty()) {
        values.problem(
            PlanKey.TASK,
            "task is missing: accuracy is measured on one. Give --task or a line 'task: ...'");
      }
      return Optional.of(new SweepPlan.Task(name, data, rows));
    }
    Stream.of(PlanKey.TASK, PlanKey.TASK_DATA)
        .filter(values::has)
        .findFirst()
        .ifPresent(key ->
            values.problem(
                key,
                "%s %s: no measure is taken on it. Add accuracy to measures, or leave it out"
                    .formatted(key.id(), values.text(key))));
    return Optional.empty();
  }

  /** The value that makes a strategy what its name says, or else the one that was asked for. */
  private <E extends Enum<E>> E own(
      PlanKey key, StrategyName strategy, Optional<E> own, Function<E, String> id, Class<E> type) {
    if (own.isEmpty() || (values.has(key) && values.choice(key, type) != own.get())) {
      own.ifPresent(needed ->
          values.problem(
              key,
              "%s %s: strategy %s goes by %s. Leave it out, or use strategy finercut"
                  .formatted(key.id(), values.text(key), strategy.id(), id.apply(needed))));
      return values.choice(key, type);
    }
    return own.get();
  }

  /** Keys that the strategy does not read keep their usual values, so that equal work has equal plans. */
  private Effort effort(StrategyName strategy, CandidateKind candidates) {
    boolean balanced = strategy.reads(PlanKey.BALANCED) && values.on(PlanKey.BALANCED);
    if (balanced && candidates != CandidateKind.ALL) {
      values.problem(
          PlanKey.BALANCED, "balanced on: needs candidates all, attentions and FFNs apart");
    }
    return new Effort(
        number(strategy, PlanKey.SAMPLES),
        number(strategy, PlanKey.WINDOW),
        number(strategy, PlanKey.WIDTH),
        number(strategy, PlanKey.OFFSPRING),
        strategy.reads(PlanKey.GENERATIONS)
            ? values.optionalInt(PlanKey.GENERATIONS)
            : OptionalInt.empty(),
        balanced,
        strategy.reads(PlanKey.RATIOS) ? values.decimals(PlanKey.RATIOS) : List.of());
  }

  private Treatment treatment() {
    Treatment.Kind kind = values.choice(PlanKey.TREATMENT, Treatment.Kind.class);
    if (kind == Treatment.Kind.INTERPOLATE) {
      return new Treatment(
          kind,
          Optional.of(values.required(PlanKey.OTHER)),
          values.decimal(PlanKey.ALPHA).orElse(0));
    }
    for (PlanKey key : List.of(PlanKey.OTHER, PlanKey.ALPHA)) {
      if (values.has(key)) {
        values.problem(key, key.id() + ": only treatment interpolate reads it. Leave it out");
      }
    }
    return new Treatment(kind, Optional.empty(), 0);
  }

  private int number(StrategyName strategy, PlanKey key) {
    String text = strategy.reads(key) ? values.text(key) : key.fallback().orElseThrow();
    return Integer.parseInt(text);
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
        share(others),
        values.decimal(PlanKey.UNTIL_PARAMETERS),
        values.decimal(PlanKey.UNTIL_DIVERGENCE));
  }

  private OptionalDouble share(boolean others) {
    List<Double> ratios =
        values.strategy().reads(PlanKey.RATIOS) ? values.decimals(PlanKey.RATIOS) : List.of();
    if (values.has(PlanKey.UNTIL)) {
      return values.decimal(PlanKey.UNTIL);
    }
    if (!ratios.isEmpty()) {
      return OptionalDouble.of(ratios.getLast());
    }
    return others || values.strategy().endsItself()
        ? OptionalDouble.empty()
        : values.decimal(PlanKey.UNTIL);
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
