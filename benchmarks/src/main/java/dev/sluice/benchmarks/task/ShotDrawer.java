package dev.sluice.benchmarks.task;

import dev.sluice.benchmarks.dataset.Document;
import dev.sluice.benchmarks.task.text.PythonRandom;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Draws shots for one row after another; what a row gets depends on how many came before it. Not
 * safe for use by several threads at once.
 */
final class ShotDrawer {
  private final FewShot rule;
  private final List<Document> pool;
  private final int shots;
  private final ScoringMode mode;
  private final PythonRandom random;

  /**
   * @param shots at least 1
   * @throws PrerequisiteException if the pool is too small
   */
  ShotDrawer(FewShot rule, List<Document> pool, int shots, ScoringMode mode, long seed) {
    this.rule = rule;
    this.pool = pool;
    this.shots = shots;
    this.mode = mode;
    this.random = new PythonRandom(seed);
    if (pool.size() < drawn()) {
      throw new PrerequisiteException(
          "%d shots need %d rows of split '%s', there are %d: ask for fewer shots"
              .formatted(shots, drawn(), rule.split(), pool.size()));
    }
  }

  private int drawn() {
    return rule.spare() && rule.rule() == FewShot.Rule.SAMPLE ? shots + 1 : shots;
  }

  /** Places in the pool, in the order of the prompt. */
  List<Integer> next(Document evaluated) {
    int[] places =
        switch (rule.rule()) {
          case SAMPLE -> sampled(evaluated);
          case FIRST_N -> first(evaluated);
        };
    return Arrays.stream(places).boxed().toList();
  }

  private int[] sampled(Document evaluated) {
    int[] places = random.sample(pool.size(), drawn());
    if (!excludes()) {
      return places;
    }
    int[] others = Arrays.stream(places).filter(i -> differs(i, evaluated)).limit(shots).toArray();
    if (others.length == shots) {
      return others;
    }
    int[] rest = others(evaluated);
    if (rest.length < shots) {
      throw tooFew(rest.length);
    }
    return Arrays.stream(random.sample(rest.length, shots)).map(i -> rest[i]).toArray();
  }

  private int[] first(Document evaluated) {
    int[] places = excludes() ? others(evaluated) : IntStream.range(0, pool.size()).toArray();
    if (places.length < shots) {
      throw tooFew(places.length);
    }
    return Arrays.copyOf(places, shots);
  }

  /** Whether the evaluated row may not show its own answer. */
  private boolean excludes() {
    return rule.spare() || mode == ScoringMode.CLEAN;
  }

  private int[] others(Document evaluated) {
    return IntStream.range(0, pool.size()).filter(i -> differs(i, evaluated)).toArray();
  }

  private boolean differs(int place, Document evaluated) {
    return !pool.get(place).sameFields(evaluated);
  }

  private PrerequisiteException tooFew(int others) {
    return new PrerequisiteException(
        "%d shots are asked for, split '%s' has %d rows besides the evaluated one: ask for fewer"
            .formatted(shots, rule.split(), others));
  }
}
