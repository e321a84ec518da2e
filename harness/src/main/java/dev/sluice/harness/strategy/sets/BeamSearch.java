package dev.sluice.harness.strategy.sets;

import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Beam search: of each size the best {@code w} sets are kept, and the sets of the next size are all
 * that one more cut makes of them. Width 1 is the greedy search without exclusion. The best set of each
 * size is a step; they need not be nested.
 *
 * <p>Cost: up to {@code w n} trials a step, sets that come up twice counted once.
 */
public final class BeamSearch extends SetSearch {
  private final Loss loss;
  private final List<Candidate> pool;
  private final int width;
  private final int rows;
  private List<Candidate> beam = List.of(Candidate.ofAll(List.of()));
  private int grown;

  /**
   * How far and how broadly.
   *
   * @param most candidates in a set
   * @param width sets kept of each size, at least 1
   * @param rows of the calibration set
   */
  public record Breadth(int most, int width, int rows) {}

  public BeamSearch(Measure objective, List<Candidate> pool, Breadth breadth) {
    super(IntStream.rangeClosed(1, Math.min(breadth.most(), pool.size())).boxed().toList());
    this.loss = new Loss(objective);
    this.pool = List.copyOf(pool);
    this.width = breadth.width();
    this.rows = breadth.rows();
  }

  @Override
  Optional<Round.Survey> survey(int size) {
    return grown == size
        ? Optional.empty()
        : Optional.of(new Round.Survey(List.copyOf(extensions()), rows));
  }

  private Set<Candidate> extensions() {
    Set<Candidate> extensions = new LinkedHashSet<>();
    for (Candidate set : beam) {
      for (Candidate more : pool) {
        if (!set.sublayers().containsAll(more.sublayers())) {
          extensions.add(Candidate.union(List.of(set, more)));
        }
      }
    }
    return extensions;
  }

  @Override
  void learn(int size, List<Trial> trials) {
    List<Candidate> ranked = loss.ranked(new ArrayList<>(extensions()), trials);
    beam = List.copyOf(ranked.subList(0, Math.min(width, ranked.size())));
    grown = size;
  }

  @Override
  Candidate found(int size) {
    return beam.getFirst();
  }
}
