package dev.sluice.harness.sweep;

import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.plan.StrategyName;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.Calibration;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.Effort;
import dev.sluice.harness.plan.SweepPlan.Execution;
import dev.sluice.harness.plan.SweepPlan.Search;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.plan.SweepPlan.Until;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Made-up sweeps with believable numbers: a model of 4 blocks, cut greedily by {@code ag} to half of
 * its 8 sublayers, measured by {@code ag}, {@code kl}, {@code top1} and {@code nll} on 10 rows, in
 * slices of 3 candidates. The same on every call.
 */
public final class SampleSweeps {
  private static final int ROWS = 10;
  private static final int LENGTH = 64;
  private static final int SLICE = 3;
  private static final double INTACT_NLL = 2.1;
  private static final List<Measure> MEASURES =
      List.of(Measure.AG, Measure.KL, Measure.TOP1, Measure.NLL);

  /** What each sublayer's absence costs, in the order of execution: early ones are dear. */
  private static final double[] WORTH = {2.9, 3.4, 0.61, 0.38, 0.12, 0.19, 0.043, 0.77};

  private SampleSweeps() {}

  /** All events of a sweep that cut 4 of 8 sublayers and came to its end. */
  public static List<SweepEvent> finished() {
    List<SweepEvent> events = new ArrayList<>();
    events.add(started());
    Variant variant = Variant.intact();
    for (int step = 1; step <= 4; step++) {
      Variant before = variant;
      List<Trial> trials =
          config().sublayerList().stream()
              .filter(s -> !before.isCut(s))
              .map(Candidate::of)
              .map(trialAt(step, before))
              .toList();
      for (int from = 0; from < trials.size(); from += SLICE) {
        events.add(slice(trials.subList(from, Math.min(from + SLICE, trials.size()))));
      }
      Trial best =
          trials.stream()
              .min(Comparator.comparingDouble(t -> t.mean(Measure.AG).orElseThrow()))
              .orElseThrow();
      variant = best.variant();
      events.add(new StepCommitted(step(step, best)));
    }
    events.add(new SweepFinished(SweepFinished.Reason.RATIO_REACHED));
    return List.copyOf(events);
  }

  /** The same sweep, killed in its third step after one slice. */
  public static List<SweepEvent> interrupted() {
    List<SweepEvent> all = finished();
    List<SweepEvent> events = new ArrayList<>();
    for (SweepEvent event : all) {
      events.add(event);
      if (event instanceof TrialsScored scored && scored.trials().getFirst().step() == 3) {
        break;
      }
    }
    return List.copyOf(events);
  }

  /** {@link #finished()}, folded. */
  public static SweepState finishedState() {
    return SweepState.of(finished()).orElseThrow();
  }

  /** The first event of both sweeps. */
  public static SweepStarted started() {
    return new SweepStarted(plan(), provenance());
  }

  /** Named {@code sample}. */
  public static SweepPlan plan() {
    return new SweepPlan(
        "sample",
        "/models/sample",
        new Calibration(
            "/texts/calibration.txt",
            Optional.empty(),
            Calibration.Preset.FIRST,
            ROWS,
            LENGTH,
            0,
            Calibration.Select.FIRST,
            ROWS),
        new Search(
            StrategyName.FINERCUT,
            Measure.AG,
            MEASURES,
            CandidateKind.ALL,
            OptionalDouble.empty(),
            TieOrder.RELEASED,
            new Until(OptionalDouble.of(0.5), OptionalDouble.empty(), OptionalDouble.empty()),
            OptionalDouble.empty(),
            0,
            Effort.USUAL,
            SweepPlan.Treatment.REMOVE,
            Optional.empty()),
        new Execution(
            "cpu",
            Optional.of("float32"),
            Optional.empty(),
            640,
            SLICE,
            OptionalInt.empty(),
            OptionalInt.of(2),
            true));
  }

  public static Provenance provenance() {
    return new Provenance(
        "3f".repeat(32),
        "a1".repeat(32),
        "c7".repeat(32),
        ROWS,
        List.of(),
        (long) ROWS * LENGTH,
        "float32",
        "djl-pytorch 2.7.1",
        "cpu, 2 threads",
        "0.1.0",
        "25.0.1",
        config());
  }

  /** A Llama of 4 blocks with grouped queries. */
  public static ModelConfig config() {
    return new ModelConfig(
        "llama",
        4,
        64,
        512,
        512,
        new ModelConfig.Norm(ModelConfig.NormKind.RMS, ModelConfig.NormPlace.BEFORE, 1e-5),
        new ModelConfig.Attention(
            8,
            4,
            8,
            false,
            false,
            ModelConfig.QueryKeyNorm.NONE,
            1 / Math.sqrt(8),
            OptionalDouble.empty(),
            List.of(
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty())),
        new ModelConfig.FeedForward(
            172, ModelConfig.Activation.SILU, true, false, Optional.empty()),
        new ModelConfig.Positions.Rotary(10_000, new RopeScaling.None(), 8),
        false,
        new ModelConfig.Ends(true, 1, OptionalDouble.empty()),
        Dtype.FLOAT32);
  }

  private static Function<Candidate, Trial> trialAt(int step, Variant before) {
    return candidate -> {
      Variant variant = before.and(candidate.sublayers());
      // What is lost together is a little dearer than the sum of its parts.
      double divergence =
          variant.cuts().stream().mapToDouble(s -> WORTH[s.index()]).sum()
              * (1 + 0.15 * (variant.cuts().size() - 1));
      List<Score> scores = MEASURES.stream().map(m -> score(m, divergence, variant)).toList();
      return new Trial(step, candidate, variant, Trial.Outcome.SCORED, scores, 0.04 + 0.001 * step);
    };
  }

  private static Score score(Measure measure, double divergence, Variant variant) {
    Random random = new Random(31L * variant.hashCode() + measure.id().hashCode());
    double centre =
        switch (measure) {
          case AG, JS, ANGULAR, NORM, KL_TRUNCATED, EL2N_KL -> divergence;
          case KL -> 0.9 * divergence;
          case TOP1, CKA, ACCURACY -> Math.exp(-0.6 * divergence);
          case DELTA_P -> -0.05 * divergence;
          case NLL -> INTACT_NLL + 0.8 * divergence;
        };
    List<Double> rows =
        IntStream.range(0, ROWS)
            .mapToObj(r -> centre * (1 + 0.05 * random.nextGaussian()))
            .toList();
    double mean = rows.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double spread =
        Math.sqrt(rows.stream().mapToDouble(r -> (r - mean) * (r - mean)).sum() / (ROWS - 1));
    long count = measure == Measure.NLL ? ROWS * (LENGTH - 1L) : (long) ROWS * LENGTH;
    return new Score(
        measure,
        mean,
        0.8 * mean / Math.sqrt((double) count),
        spread / Math.sqrt(ROWS),
        count,
        percentiles(measure, mean),
        rows);
  }

  private static Map<String, Double> percentiles(Measure measure, double mean) {
    Map<String, Double> factors = new LinkedHashMap<>();
    factors.put("p1", 0.02);
    factors.put("p5", 0.06);
    factors.put("p25", 0.3);
    factors.put("p50", 0.7);
    factors.put("p75", 1.3);
    factors.put("p95", 2.9);
    factors.put("p99", 5.1);
    factors.put("p99.9", 9.4);
    return factors.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                e ->
                    measure == Measure.TOP1
                        ? (e.getValue() < 0.5 ? 0.0 : 1.0)
                        : mean * e.getValue(),
                (a, b) -> a,
                LinkedHashMap::new));
  }

  private static TrialsScored slice(List<Trial> trials) {
    int variants = trials.size();
    return new TrialsScored(
        trials,
        new Cost(
            trials.stream().mapToDouble(Trial::seconds).sum(),
            5L * variants + 3,
            8L * variants,
            (long) variants * ROWS * LENGTH,
            412_000_000L));
  }

  private static Step step(int number, Trial best) {
    List<Sublayer> cuts = best.variant().cuts();
    long attention = cuts.stream().filter(s -> s.index() % 2 == 0).count();
    long whole =
        cuts.stream()
            .filter(s -> s.index() % 2 == 1 && best.variant().isCut(s.index() - 1))
            .count();
    long ffn = cuts.size() - attention;
    // Parameters: 64 + 2 * 64 * 64 + 2 * 32 * 64 an attention, 64 + 3 * 64 * 172 an FFN.
    double parameters = (attention * 12_352.0 + ffn * 33_088.0) / 214_592.0;
    return new Step(
        number,
        best.candidate(),
        best.variant(),
        best.mean(Measure.AG).orElseThrow(),
        new Reduction(
            cuts.size() / 8.0, whole / 4.0, parameters, 0.98 * parameters, attention / 4.0));
  }

  /** An event in a few words. */
  public static String name(SweepEvent event) {
    return switch (event) {
      case SweepStarted ignored -> "started";
      case TrialsScored scored ->
          "scored " + scored.trials().stream().map(Trial::candidate).toList();
      case StepCommitted committed -> "cut " + committed.step().committed();
      case SweepEvent.VariantsSurveyed seen ->
          "surveyed " + seen.trials().stream().map(Trial::candidate).toList();
      case SweepEvent.Profiled ignored -> "profiled";
      case SweepEvent.GradientsTaken ignored -> "gradients";
      case SweepEvent.Attributed seen -> "attributed " + seen.surveys();
      case SweepFinished finished -> "finished " + finished.reason();
    };
  }
}
