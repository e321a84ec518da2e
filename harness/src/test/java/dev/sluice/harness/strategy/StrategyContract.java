package dev.sluice.harness.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every strategy owes its sweep; each has a test that extends this one. */
abstract class StrategyContract {
  static final int BLOCKS = 12;

  /** A fresh strategy that minimises {@link Measure#AG}, if it goes by a measure at all. */
  abstract Strategy strategy(int blocks, CandidateKind candidates);

  @ParameterizedTest
  @EnumSource(CandidateKind.class)
  final void orderIsAPermutationOfTheCandidates(CandidateKind kind) {
    for (long seed = 0; seed < 5; seed++) {
      List<Candidate> order = order(strategy(BLOCKS, kind), scores(seed));
      assertThat(order)
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(candidates(BLOCKS, kind));
    }
  }

  @Test
  final void askedAgainItAnswersTheSame() {
    Strategy strategy = strategy(BLOCKS, CandidateKind.ALL);
    for (List<Candidate> asked = asked(strategy); !asked.isEmpty(); asked = asked(strategy)) {
      assertThat(asked(strategy)).isEqualTo(asked).doesNotHaveDuplicates();
      strategy.tell(trials(asked, scores(1)));
    }
    assertThat(strategy.ask()).as("nothing is left, and that stays so").isEmpty();
  }

  @Test
  final void choosesAmongWhatItAskedFor() {
    Strategy strategy = strategy(BLOCKS, CandidateKind.ALL);
    List<Candidate> gone = new ArrayList<>();
    for (List<Candidate> asked = asked(strategy); !asked.isEmpty(); asked = asked(strategy)) {
      assertThat(asked).as("what is left").noneMatch(gone::contains);
      Candidate chosen = strategy.tell(trials(asked, scores(2))).orElseThrow();
      assertThat(asked).contains(chosen);
      gone.add(chosen);
    }
    assertThat(gone).hasSize(2 * BLOCKS);
  }

  @Test
  final void sameTrialsRebuildItWhateverTheirOrder() {
    long seed = 20;
    Random random = new Random(seed);
    Strategy first = strategy(BLOCKS, CandidateKind.ALL);
    Strategy rebuilt = strategy(BLOCKS, CandidateKind.ALL);
    for (List<Candidate> asked = asked(first); !asked.isEmpty(); asked = asked(first)) {
      List<Trial> trials = trials(asked, scores(seed));
      List<Trial> shuffled = new ArrayList<>(trials);
      Collections.shuffle(shuffled, random);
      assertThat(asked(rebuilt)).as("seed %d", seed).isEqualTo(asked);
      assertThat(rebuilt.tell(shuffled)).as("seed %d", seed).isEqualTo(first.tell(trials));
    }
    assertThat(rebuilt.ask()).isEmpty();
  }

  /** The candidates of the next cut; none where nothing is left. */
  static List<Candidate> asked(Strategy strategy) {
    return strategy.ask().map(round -> ((Round.Cut) round).candidates()).orElse(List.of());
  }

  /** Two experts in each block. */
  static Optional<Experts> experts(int blocks) {
    return Optional.of(new Experts(2, 1, 8, true, IntStream.range(0, blocks).boxed().toList()));
  }

  static List<Candidate> pool(int blocks, CandidateKind kind, TieOrder ties) {
    return CandidatePool.of(blocks, experts(blocks), kind, ties);
  }

  /** All candidates of a kind, in the order of execution. */
  static List<Candidate> candidates(int blocks, CandidateKind kind) {
    Stream<Sublayer> sublayers =
        Stream.iterate(0, i -> i < 2 * blocks, i -> i + 1).map(Sublayer::at);
    return switch (kind) {
      case ALL -> sublayers.map(Candidate::of).toList();
      case ATTENTION ->
          sublayers.filter(s -> s.kind() == SublayerKind.ATTENTION).map(Candidate::of).toList();
      case FFN -> sublayers.filter(s -> s.kind() == SublayerKind.FFN).map(Candidate::of).toList();
      case BLOCK -> Stream.iterate(0, i -> i < blocks, i -> i + 1).map(Candidate::ofBlock).toList();
      case EXPERT ->
          IntStream.range(0, 2 * blocks)
              .mapToObj(i -> Candidate.of(Sublayer.ofExpert(i / 2, i % 2)))
              .toList();
    };
  }

  /** Made-up scores, the same for the same candidate and seed. */
  static ToDoubleFunction<Candidate> scores(long seed) {
    return candidate -> new Random(seed * 31 + candidate.name().hashCode()).nextDouble();
  }

  /** Run a strategy to its end; what it chose, in order. */
  static List<Candidate> order(Strategy strategy, ToDoubleFunction<Candidate> scores) {
    List<Candidate> order = new ArrayList<>();
    for (List<Candidate> asked = asked(strategy); !asked.isEmpty(); asked = asked(strategy)) {
      order.add(strategy.tell(trials(asked, scores)).orElseThrow());
    }
    return order;
  }

  static List<Trial> trials(List<Candidate> candidates, ToDoubleFunction<Candidate> scores) {
    return candidates.stream().map(c -> trial(c, Measure.AG, scores.applyAsDouble(c))).toList();
  }

  static Trial trial(Candidate candidate, Measure measure, double mean) {
    return trial(candidate, measure, mean, Trial.Outcome.SCORED);
  }

  static Trial trial(Candidate candidate, Measure measure, double mean, Trial.Outcome outcome) {
    Score score = new Score(measure, mean, 0, 0, 1, Map.of(), List.of(mean));
    Variant variant = Variant.cutting(candidate.sublayers());
    return new Trial(1, candidate, variant, outcome, List.of(score), 0);
  }
}
