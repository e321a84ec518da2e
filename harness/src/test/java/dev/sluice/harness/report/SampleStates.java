package dev.sluice.harness.report;

import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.plan.StrategyName;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Provenance;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished.Reason;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.SweepState.Learnt;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.sweep.Trial.Outcome;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/** Made-up sweeps with the shape of real ones: late attention is cheap, the ends are dear. */
public final class SampleStates {
  private final int blocks;
  private final List<Step> steps = new ArrayList<>();
  private final List<Trial> trials = new ArrayList<>();
  private final Random random = new Random(7);
  private String name = "made-up";
  private String model = "models/made-up-12";
  private CandidateKind kind = CandidateKind.ALL;
  private Measure objective = Measure.AG;
  private List<Measure> measures = List.of(Measure.AG, Measure.NLL);
  private Optional<Reason> finished = Optional.of(Reason.RATIO_REACHED);
  private boolean dropping;
  private boolean withNan;

  private SampleStates(int blocks) {
    this.blocks = blocks;
  }

  public static SampleStates ofBlocks(int blocks) {
    return new SampleStates(blocks);
  }

  public SampleStates named(String name, String model) {
    this.name = name;
    this.model = model;
    return this;
  }

  public SampleStates cutting(CandidateKind kind) {
    this.kind = kind;
    return this;
  }

  public SampleStates measuring(Measure objective, Measure... measures) {
    this.objective = objective;
    this.measures = List.of(measures);
    return this;
  }

  /** Some trials of every step are dropped early. */
  public SampleStates dropping() {
    dropping = true;
    return this;
  }

  /** The first candidate of every step has no finite score. */
  public SampleStates withNan() {
    withNan = true;
    return this;
  }

  /** The sweep can still be resumed. */
  public SampleStates running() {
    finished = Optional.empty();
    return this;
  }

  /** Greedy steps, each with the trials of all that is left. */
  public SampleStates steps(int count) {
    for (int i = 0; i < count; i++) {
      List<Trial> scored = trials(Integer.MAX_VALUE);
      commit(
          scored.stream()
              .filter(t -> t.outcome() == Outcome.SCORED)
              .filter(t -> !t.mean(objective).equals(OptionalDouble.of(Double.NaN)))
              .min(Comparator.comparingDouble(t -> t.mean(objective).orElseThrow()))
              .orElseThrow());
    }
    return this;
  }

  /** Trials of a step that is not decided yet. */
  public SampleStates openTrials(int count) {
    trials(count);
    return this;
  }

  /** One step that cuts exactly this, at this score. */
  public SampleStates step(String candidate, double score) {
    commit(trial(Candidate.parse(candidate), score, Outcome.SCORED));
    return this;
  }

  public SweepState build() {
    return new SweepState(plan(), provenance(), steps, trials, Learnt.NOTHING, cost(), finished);
  }

  private Variant variant() {
    return steps.isEmpty() ? Variant.intact() : steps.getLast().variant();
  }

  private List<Trial> trials(int limit) {
    List<Trial> scored = new ArrayList<>();
    for (Candidate candidate : candidates()) {
      if (scored.size() < limit) {
        boolean drop = dropping && !scored.isEmpty() && random.nextInt(3) == 0;
        double score = withNan && scored.isEmpty() ? Double.NaN : harm(candidate);
        scored.add(trial(candidate, score, drop ? Outcome.DROPPED : Outcome.SCORED));
      }
    }
    return scored;
  }

  private List<Candidate> candidates() {
    List<Candidate> all =
        kind == CandidateKind.BLOCK
            ? IntStream.range(0, blocks).mapToObj(Candidate::ofBlock).toList()
            : IntStream.range(0, 2 * blocks).mapToObj(Sublayer::at).map(Candidate::of).toList();
    return all.stream().filter(c -> c.sublayers().stream().noneMatch(variant()::isCut)).toList();
  }

  private double harm(Candidate candidate) {
    double sum = 0;
    for (Sublayer s : candidate.sublayers()) {
      double depth = (s.block() + 0.5) / blocks;
      double ends = 6 * Math.exp(-14 * depth) + 2 * Math.exp(-25 * (1 - depth));
      double middle = s.kind() == SublayerKind.FFN ? 0.06 : 0.012 + 0.05 * (1 - depth);
      sum += (ends + middle) * (0.6 + 0.8 * wobble(s));
    }
    double depth = steps.isEmpty() ? 0 : steps.getLast().score();
    double value = depth * 1.05 + sum * (1 + 0.15 * steps.size());
    return objective == Measure.TOP1 ? Math.exp(-value) : value;
  }

  private static double wobble(Sublayer s) {
    return Math.abs(Math.sin(12.9898 * (s.index() + 1))) % 1;
  }

  private Trial trial(Candidate candidate, double value, Outcome outcome) {
    List<Score> scores = measures.stream().map(m -> score(m, value)).toList();
    Trial trial =
        new Trial(
            steps.size() + 1,
            candidate,
            variant().and(candidate.sublayers()),
            outcome,
            scores,
            0.25);
    trials.add(trial);
    return trial;
  }

  private Score score(Measure measure, double value) {
    double mean = measure == Measure.NLL && objective != Measure.NLL ? 2.1 + value : value;
    double error = 0.06 * Math.abs(value) + 1e-4;
    Map<String, Double> percentiles = new LinkedHashMap<>();
    percentiles.put("p1", mean * 0.1);
    percentiles.put("p50", mean * 0.8);
    percentiles.put("p99.9", mean * 9);
    return new Score(
        measure, mean, error / 3, error, 2560, percentiles, List.of(mean - error, mean + error));
  }

  private void commit(Trial trial) {
    Variant variant = trial.variant();
    steps.add(
        new Step(
            trial.step(),
            trial.candidate(),
            variant,
            trial.mean(objective).orElseThrow(),
            reduction(variant)));
  }

  private Reduction reduction(Variant variant) {
    long attention =
        variant.cuts().stream().filter(s -> s.kind() == SublayerKind.ATTENTION).count();
    long ffn = variant.cuts().size() - attention;
    long whole =
        variant.cuts().stream()
            .filter(s -> s.kind() == SublayerKind.FFN)
            .filter(s -> variant.isCut(new Sublayer(s.block(), SublayerKind.ATTENTION)))
            .count();
    double parameters = (0.24 * attention + 0.66 * ffn) / blocks;
    return new Reduction(
        (attention + ffn) / (2.0 * blocks),
        (double) whole / blocks,
        parameters,
        parameters * 0.95,
        (double) attention / blocks);
  }

  private SweepPlan plan() {
    return new SweepPlan(
        name,
        model,
        new SweepPlan.Calibration(
            "calibration.txt",
            Optional.empty(),
            SweepPlan.Calibration.Preset.FINERCUT,
            10,
            256,
            0,
            SweepPlan.Calibration.Select.FIRST,
            10),
        new SweepPlan.Search(
            StrategyName.FINERCUT,
            objective,
            measures,
            kind,
            OptionalDouble.of(0.4),
            SweepPlan.TieOrder.RELEASED,
            new SweepPlan.Until(
                OptionalDouble.of(0.5), OptionalDouble.empty(), OptionalDouble.empty()),
            dropping ? OptionalDouble.of(0.95) : OptionalDouble.empty(),
            7,
            SweepPlan.Effort.USUAL,
            SweepPlan.Treatment.REMOVE,
            Optional.empty()),
        new SweepPlan.Execution(
            "cpu",
            Optional.empty(),
            Optional.empty(),
            2560,
            8,
            OptionalInt.empty(),
            OptionalInt.of(2),
            true));
  }

  private Provenance provenance() {
    return new Provenance(
        "3f2a9c81d04be7".repeat(4) + "3f2a9c81",
        "77ab01cd9f".repeat(6) + "77ab",
        "c0ffee1234".repeat(6) + "c0ff",
        10,
        List.of(),
        2560,
        "float32",
        "djl-pytorch 2.7.1",
        "cpu",
        "0.1.0",
        "25.0.1",
        config());
  }

  private ModelConfig config() {
    return new ModelConfig(
        "llama",
        blocks,
        512,
        4096,
        1024,
        new ModelConfig.Norm(ModelConfig.NormKind.RMS, ModelConfig.NormPlace.BEFORE, 1e-5),
        new ModelConfig.Attention(
            8,
            4,
            64,
            false,
            false,
            ModelConfig.QueryKeyNorm.NONE,
            1 / Math.sqrt(64),
            OptionalDouble.empty(),
            IntStream.range(0, blocks).mapToObj(b -> OptionalInt.empty()).toList()),
        new ModelConfig.FeedForward(
            1376, ModelConfig.Activation.SILU, true, false, Optional.empty()),
        new ModelConfig.Positions.Rotary(10_000, new RopeScaling.None(), 64),
        false,
        new ModelConfig.Ends(true, 1, OptionalDouble.empty()),
        Dtype.FLOAT32);
  }

  private Cost cost() {
    long passes = 3L * trials.size() * blocks / 10;
    return trials.isEmpty()
        ? Cost.NONE
        : new Cost(
            trials.size() * 0.25,
            passes,
            trials.size() * 2L * blocks,
            trials.size() * 2560L,
            1_350_000_000L);
  }
}
