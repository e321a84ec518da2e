package dev.sluice.harness.strategy.sets;

import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Measures every set of each size: the optimum that other searches are held against, for small models.
 *
 * <p>Cost: {@code n! / (k! (n - k)!)} trials for {@code k} of {@code n} candidates.
 */
public final class ExhaustiveSearch extends SetSearch {
  /** Sets that are still measured in hours rather than in years. */
  private static final BigInteger MOST_SETS = BigInteger.valueOf(100_000);

  private final Loss loss;
  private final List<Candidate> pool;
  private final int rows;
  private Candidate best = Candidate.ofAll(List.of());
  private int measured;

  /**
   * @param most candidates in a set
   * @param rows of the calibration set
   * @throws PrerequisiteException if there are too many sets
   */
  public ExhaustiveSearch(Measure objective, List<Candidate> pool, int most, int rows) {
    super(IntStream.rangeClosed(1, Math.min(most, pool.size())).boxed().toList());
    this.loss = new Loss(objective);
    this.pool = List.copyOf(pool);
    this.rows = rows;
    requireFew(pool.size(), Math.min(most, pool.size()));
  }

  private static void requireFew(int candidates, int most) {
    BigInteger sets = BigInteger.ZERO;
    BigInteger ofSize = BigInteger.ONE;
    for (int size = 1; size <= most; size++) {
      ofSize =
          ofSize
              .multiply(BigInteger.valueOf(candidates - size + 1L))
              .divide(BigInteger.valueOf(size));
      sets = sets.add(ofSize);
    }
    if (sets.compareTo(MOST_SETS) > 0) {
      throw new PrerequisiteException(
          "strategy exhaustive: %d candidates have %d sets of up to %d, at most %d are measured. Lower until, take candidates block, or use strategy beam"
              .formatted(candidates, sets, most, MOST_SETS));
    }
  }

  @Override
  Optional<Round.Survey> survey(int size) {
    return measured == size ? Optional.empty() : Optional.of(new Round.Survey(sets(size), rows));
  }

  private List<Candidate> sets(int size) {
    List<Candidate> sets = new ArrayList<>();
    collect(size, 0, new ArrayList<>(), sets);
    return sets;
  }

  private void collect(int size, int from, List<Candidate> chosen, List<Candidate> sets) {
    if (chosen.size() == size) {
      sets.add(Candidate.union(chosen));
      return;
    }
    for (int i = from; i <= pool.size() - (size - chosen.size()); i++) {
      chosen.add(pool.get(i));
      collect(size, i + 1, chosen, sets);
      chosen.removeLast();
    }
  }

  @Override
  void learn(int size, List<Trial> trials) {
    best = loss.ranked(sets(size), trials).getFirst();
    measured = size;
  }

  @Override
  Candidate found(int size) {
    return best;
  }
}
