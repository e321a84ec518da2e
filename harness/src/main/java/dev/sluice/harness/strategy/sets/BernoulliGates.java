package dev.sluice.harness.strategy.sets;

import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.statistics.RunningMoments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Policy gradient over Bernoulli gates (Bypass Back-propagation, arXiv 2406.10576): each candidate is
 * cut with a probability of its own, a few masks are drawn and measured a step, and the probabilities
 * follow the score function {@code (L - baseline) grad log p(mask)}, by forward passes only. The
 * likeliest candidates are the set.
 *
 * <p>Where we differ: candidates are sublayers rather than heads and channels; the gradient is taken
 * for the logit of each probability, {@code mask - p}, which stays bounded; the baseline is the mean of
 * the step's other masks; losses are scaled by their running spread, so that one rate fits every
 * measure; after each update all logits move together until the probabilities sum to the size.
 *
 * <p>Cost: {@code masks} trials a step.
 */
public final class BernoulliGates extends SetSearch {
  private static final double RATE = 0.5;
  private static final int BISECTIONS = 60;
  private static final double WIDEST = 40;

  private final Loss loss;
  private final List<Candidate> pool;
  private final Effort effort;
  private final Random random;
  private double[] logits = new double[0];
  private List<boolean[]> masks = List.of();
  private RunningMoments losses = new RunningMoments();
  private int step;
  private int searched;

  /**
   * How much work is put in.
   *
   * @param steps of each size, at least 1
   * @param masks drawn a step, at least 2
   * @param rows of the calibration set
   */
  public record Effort(int steps, int masks, int rows) {}

  /**
   * @param sizes in candidates, rising
   */
  public BernoulliGates(
      Measure objective, List<Candidate> pool, List<Integer> sizes, Effort effort, long seed) {
    super(sizes);
    this.loss = new Loss(objective);
    this.pool = List.copyOf(pool);
    this.effort = effort;
    this.random = new Random(seed);
  }

  @Override
  Optional<Round.Survey> survey(int size) {
    if (searched == size) {
      return Optional.empty();
    }
    if (step == 0 && masks.isEmpty()) {
      logits = new double[pool.size()];
      losses = new RunningMoments();
    }
    if (masks.isEmpty()) {
      double[] cut = probabilities(size);
      masks = IntStream.range(0, effort.masks()).mapToObj(i -> drawn(cut)).toList();
    }
    return Optional.of(
        new Round.Survey(masks.stream().map(this::set).distinct().toList(), effort.rows()));
  }

  private boolean[] drawn(double[] cut) {
    boolean[] mask = new boolean[cut.length];
    for (int i = 0; i < cut.length; i++) {
      mask[i] = random.nextDouble() < cut[i];
    }
    return mask;
  }

  private Candidate set(boolean[] mask) {
    return Candidate.union(
        IntStream.range(0, mask.length).filter(i -> mask[i]).mapToObj(pool::get).toList());
  }

  /** The probabilities after the shift of all logits at which they sum to the size. */
  private double[] probabilities(int size) {
    double low = -WIDEST;
    double high = WIDEST;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (Arrays.stream(shifted(middle)).sum() < size) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return shifted((low + high) / 2);
  }

  private double[] shifted(double shift) {
    return Arrays.stream(logits).map(l -> 1 / (1 + Math.exp(-l - shift))).toArray();
  }

  @Override
  void learn(int size, List<Trial> trials) {
    Map<Candidate, Double> measured = loss.byCandidate(trials);
    double[] lost =
        masks.stream()
            .mapToDouble(m -> measured.getOrDefault(set(m), Double.POSITIVE_INFINITY))
            .toArray();
    if (Arrays.stream(lost).allMatch(Double::isFinite)) {
      follow(size, lost);
    }
    masks = List.of();
    step++;
    if (step == effort.steps()) {
      searched = size;
      step = 0;
    }
  }

  private void follow(int size, double[] lost) {
    Arrays.stream(lost).forEach(losses::add);
    double spread = Math.sqrt((double) losses.count()) * losses.standardError();
    double sum = Arrays.stream(lost).sum();
    double[] cut = probabilities(size);
    for (int m = 0; m < lost.length && spread > 0; m++) {
      double others = (sum - lost[m]) / (lost.length - 1);
      double advantage = Math.clamp((lost[m] - others) / spread, -3, 3);
      for (int i = 0; i < logits.length; i++) {
        double gradient = (masks.get(m)[i] ? 1 : 0) - cut[i];
        logits[i] -= RATE * advantage * gradient / lost.length;
      }
    }
  }

  @Override
  Candidate found(int size) {
    double[] cut = probabilities(size);
    List<Integer> likeliest =
        IntStream.range(0, pool.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -cut[i]))
            .limit(size)
            .toList();
    return Candidate.union(likeliest.stream().map(pool::get).toList());
  }

  /** The logit of each candidate's gate, turned so that the likeliest to be cut is the least. */
  @Override
  public List<Attribution> attributions() {
    List<Attribution> attributions = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      attributions.add(new Attribution(pool.get(i), 0.0 - logits[i], Double.NaN));
    }
    return attributions;
  }
}
