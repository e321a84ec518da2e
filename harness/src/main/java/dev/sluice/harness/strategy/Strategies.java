package dev.sluice.harness.strategy;

import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.strategy.sets.BeamSearch;
import dev.sluice.harness.strategy.sets.BernoulliGates;
import dev.sluice.harness.strategy.sets.EvoPress;
import dev.sluice.harness.strategy.sets.ExhaustiveSearch;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.variant.Candidate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes the strategy that a plan names. */
public final class Strategies {
  private static final int STEPS_OF_GATES = 100;

  private final SweepPlan.Search search;
  private final Ground ground;
  private final List<Candidate> pool;

  /**
   * What strategies know of the model and the calibration set.
   *
   * @param experts of the model's mixtures, if it has any
   * @param rows of the calibration set
   * @param magnitudes of a sublayer's weights; asked only by strategies that go by them
   */
  public record Ground(
      int blocks, Optional<Experts> experts, int rows, Function<Sublayer, Magnitude> magnitudes) {}

  /** The sum of the sizes of a sublayer's weights, and the root of the sum of their squares. */
  public record Magnitude(double l1, double l2) {}

  private Strategies(SweepPlan.Search search, Ground ground) {
    this.search = search;
    this.ground = ground;
    this.pool = pool(search.ties());
  }

  /** A fresh strategy. */
  public static Strategy of(SweepPlan.Search search, Ground ground) {
    return new Strategies(search, ground).make();
  }

  private Strategy make() {
    return switch (search.strategy()) {
      case FINERCUT, BLOCKPRUNER, SLEB -> greedy();
      case TALE -> new TaleGreedy(search.objective(), pool, ground.rows());
      case ONE_SHOT -> new OneShotOrder(search.objective(), pool, ground.rows());
      case INFLUENCE -> new ProfileOrder(ProfileOrder.Change.INFLUENCE, pool);
      case UPDATE_NORM -> new ProfileOrder(ProfileOrder.Change.UPDATE_NORM, pool);
      case MAGNITUDE_L1 -> new WeighedOrder(pool, this::l1);
      case MAGNITUDE_L2 -> new WeighedOrder(pool, this::l2);
      case TAYLOR -> new TaylorOrder(pool);
      case ANGULAR_WINDOW -> new BestWindow(BestWindow.Distance.ANGULAR, ground.blocks());
      case COSINE_WINDOW -> new BestWindow(BestWindow.Distance.COSINE, ground.blocks());
      case SHAPLEY -> shapley();
      case SHAPLEY_WINDOWS -> windows(false);
      case CORNERSTONE -> windows(true);
      case BEAM -> beam();
      case EVOPRESS -> evoPress();
      case GATES -> gates();
      case EXHAUSTIVE -> new ExhaustiveSearch(search.objective(), pool, most(), ground.rows());
      case RANDOM -> new RandomOrder(pool(TieOrder.NATURAL), search.seed());
      case REVERSE -> new ReverseOrder(pool(TieOrder.NATURAL));
      case EVERY -> new EvenlySpaced(pool(TieOrder.NATURAL));
    };
  }

  private List<Candidate> pool(TieOrder order) {
    return CandidatePool.of(ground.blocks(), ground.experts(), search.candidates(), order);
  }

  private Strategy greedy() {
    return new FinerCutGreedy(
        search.objective(), pool, new FinerCutGreedy.Front(ground.blocks(), search.exclude()));
  }

  private Strategy shapley() {
    return new ShapleyOrder(
        search.objective(),
        pool,
        new ShapleyOrder.Sampling(search.effort().samples(), ground.rows(), search.seed()));
  }

  private Strategy windows(boolean cornerstonesFirst) {
    return new WindowOrder(
        search.objective(),
        pool(TieOrder.NATURAL),
        new WindowOrder.Scan(search.effort().window(), ground.rows(), cornerstonesFirst));
  }

  private Strategy beam() {
    return new BeamSearch(
        search.objective(),
        pool,
        new BeamSearch.Breadth(most(), search.effort().width(), ground.rows()));
  }

  private Strategy evoPress() {
    SweepPlan.Effort effort = search.effort();
    return new EvoPress(
        search.objective(),
        pool,
        sizes(),
        new EvoPress.Effort(
            effort.offspring(), effort.generations().orElse(0), effort.balanced(), ground.rows()),
        search.seed());
  }

  private Strategy gates() {
    SweepPlan.Effort effort = search.effort();
    return new BernoulliGates(
        search.objective(),
        pool,
        sizes(),
        new BernoulliGates.Effort(
            effort.generations().orElse(STEPS_OF_GATES), effort.offspring(), ground.rows()),
        search.seed());
  }

  /** Candidates in the largest set that is asked for. */
  private int most() {
    return candidates(search.until().sublayers().orElse(1));
  }

  private List<Integer> sizes() {
    List<Double> ratios = search.effort().ratios();
    Stream<Double> asked =
        ratios.isEmpty() ? Stream.of(search.until().sublayers().orElse(0.25)) : ratios.stream();
    return asked.map(this::candidates).filter(size -> size > 0).distinct().toList();
  }

  /** As many candidates as stay within a share of the model's sublayers. */
  private int candidates(double share) {
    double sublayers = share * 2 * ground.blocks();
    int cuts = (int) Math.floor(sublayers / search.leastCut(ground.experts()) + 1e-9);
    return Math.min(pool.size(), cuts);
  }

  private double l1(Candidate candidate) {
    return candidate.sublayers().stream().map(ground.magnitudes()).mapToDouble(Magnitude::l1).sum();
  }

  private double l2(Candidate candidate) {
    return Math.sqrt(
        candidate.sublayers().stream()
            .map(ground.magnitudes())
            .mapToDouble(m -> m.l2() * m.l2())
            .sum());
  }
}
