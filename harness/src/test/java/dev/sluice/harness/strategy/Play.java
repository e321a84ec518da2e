package dev.sluice.harness.strategy;

import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.TaylorScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** A strategy played to its end on a made-up model: a loss for each set of sublayers. */
final class Play {
  private final ToDoubleFunction<Variant> loss;
  private final DepthProfile profile;
  private final Random shuffling;

  /** All rounds as they were asked for. */
  final List<Round> rounds = new ArrayList<>();

  /** What was cut after each step. */
  final List<Variant> cuts = new ArrayList<>();

  /** The variants that surveys asked for. */
  final Set<Variant> surveyed = new HashSet<>();

  /** What the strategy thought after each survey or profile. */
  final List<List<Attribution>> attributions = new ArrayList<>();

  private Play(ToDoubleFunction<Variant> loss, DepthProfile profile, long shuffling) {
    this.loss = loss;
    this.profile = profile;
    this.shuffling = new Random(shuffling);
  }

  static Play of(Strategy strategy, ToDoubleFunction<Variant> loss) {
    return of(strategy, loss, madeUpProfile(12), 0);
  }

  /**
   * @param shuffling seed of the order in which trials are told
   */
  static Play of(
      Strategy strategy, ToDoubleFunction<Variant> loss, DepthProfile profile, long shuffling) {
    Play play = new Play(loss, profile, shuffling);
    for (Optional<Round> asked = strategy.ask(); asked.isPresent(); asked = strategy.ask()) {
      if (!strategy.ask().equals(asked)) {
        throw new AssertionError("asked again it answered " + strategy.ask() + ", not " + asked);
      }
      play.round(strategy, asked.get());
    }
    return play;
  }

  private void round(Strategy strategy, Round round) {
    rounds.add(round);
    switch (round) {
      case Round.Profile ignored -> {
        strategy.tell(profile);
        attributions.add(strategy.attributions());
      }
      case Round.Gradients ignored -> {
        strategy.tell(new TaylorScores(1, 1, profile.update()));
        attributions.add(strategy.attributions());
      }
      case Round.Survey survey -> {
        survey.candidates().forEach(c -> surveyed.add(c.variant()));
        Optional<Candidate> cut = strategy.tell(trials(Variant.intact(), survey.candidates()));
        if (cut.isPresent()) {
          throw new AssertionError("a survey cut " + cut.get());
        }
        attributions.add(strategy.attributions());
      }
      case Round.Cut cut -> {
        Candidate chosen = strategy.tell(trials(cut.base(), cut.candidates())).orElseThrow();
        if (!cut.candidates().contains(chosen)) {
          throw new AssertionError("chose " + chosen + " of " + cut.candidates());
        }
        cuts.add(cut.base().and(chosen.sublayers()));
      }
    }
  }

  private List<Trial> trials(Variant base, List<Candidate> candidates) {
    List<Trial> trials = new ArrayList<>();
    for (Candidate candidate : candidates) {
      Variant variant = base.and(candidate.sublayers());
      double mean = loss.applyAsDouble(variant);
      Score score = new Score(Measure.KL, mean, 0, 0, 1, Map.of(), List.of(mean));
      trials.add(new Trial(1, candidate, variant, Trial.Outcome.SCORED, List.of(score), 0));
    }
    Collections.shuffle(trials, shuffling);
    return trials;
  }

  /** The names of what was cut, step by step. */
  List<String> names() {
    return cuts.stream().map(Variant::toString).toList();
  }

  /** A loss that has no structure: nothing can be learnt of one set from others. */
  static ToDoubleFunction<Variant> noise(long seed) {
    return variant -> new Random(seed * 31 + variant.toString().hashCode()).nextDouble();
  }

  /** Each sublayer costs its own amount, whatever else is cut. */
  static ToDoubleFunction<Variant> additive(double... costs) {
    return variant -> variant.cuts().stream().mapToDouble(s -> costs[s.index()]).sum();
  }

  /** States that turn by more from depth to depth, with some pattern in it. */
  static DepthProfile madeUpProfile(int blocks) {
    int boundaries = 2 * blocks + 1;
    Random random = new Random(blocks);
    double[][] cosine = new double[boundaries][boundaries];
    double[][] angle = new double[boundaries][boundaries];
    for (int i = 0; i < boundaries; i++) {
      cosine[i][i] = 1;
      for (int j = i + 1; j < boundaries; j++) {
        cosine[i][j] = random.nextDouble();
        cosine[j][i] = cosine[i][j];
        angle[i][j] = random.nextDouble();
        angle[j][i] = angle[i][j];
      }
    }
    List<Double> update = random.doubles(boundaries - 1L).boxed().toList();
    return new DepthProfile(1, 1, lists(cosine), lists(angle), lists(cosine), update);
  }

  static List<List<Double>> lists(double[][] matrix) {
    List<List<Double>> rows = new ArrayList<>();
    for (double[] row : matrix) {
      rows.add(Arrays.stream(row).boxed().toList());
    }
    return rows;
  }
}
