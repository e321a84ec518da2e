package dev.sluice.harness.strategy.sets;

import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Evolutionary search (EvoPress, arXiv 2410.14649): one parent, {@code offspring} children a generation,
 * each by one to three level switches, of which a few survive a first stage on few tokens and meet the
 * parent on all of them. The best of that last stage is the next parent, so that the loss never rises.
 *
 * <p>A level switch cuts a candidate that is kept and keeps one that is cut, so that the size stays. The
 * number of switches is the lesser of two throws from 1 to 3. The paper switches within attentions and
 * within FFNs and cuts as many of one as of the other: {@link Effort#balanced}. The first parent is the
 * best of as many random sets as a generation has children. The paper's generations for {@code k} of
 * {@code n} are {@code k (n - k) / 1.5}, and its first stage sees a sixteenth of the tokens.
 *
 * <p>Cost: a generation measures {@code offspring} children on the rows of the first stage and at most
 * {@code offspring / 8 + 1} on all.
 */
public final class EvoPress extends SetSearch {
  /** The part of the rows, and of the children, that the first stage leaves for the second. */
  private static final int ROWS_PART = 16;

  private static final int SURVIVORS_PART = 8;

  private final Loss loss;
  private final List<Candidate> pool;
  private final Effort effort;
  private final Random random;
  private List<Candidate> parent = List.of();
  private List<List<Candidate>> children = List.of();
  private boolean lastStage;
  private int generation;
  private int searched;

  /**
   * How much work is put in.
   *
   * @param offspring children a generation, at least 1; the paper has 32
   * @param generations of each size; 0 is the paper's rule
   * @param balanced whether as many attentions are cut as FFNs
   * @param rows of the calibration set in the last stage
   */
  public record Effort(int offspring, int generations, boolean balanced, int rows) {}

  /**
   * @param sizes in candidates, rising
   */
  public EvoPress(
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
    if (children.isEmpty()) {
      if (generation == 0) {
        parent = List.of();
      }
      children = parent.isEmpty() ? randomSets(size) : mutants();
    }
    int rows = lastStage ? effort.rows() : Math.max(1, effort.rows() / ROWS_PART);
    return Optional.of(new Round.Survey(children.stream().map(Candidate::union).toList(), rows));
  }

  private List<List<Candidate>> randomSets(int size) {
    Set<List<Candidate>> sets = new LinkedHashSet<>();
    for (int i = 0; i < effort.offspring(); i++) {
      List<Candidate> shuffled = new ArrayList<>(pool);
      Collections.shuffle(shuffled, random);
      sets.add(inOrder(effort.balanced() ? half(shuffled, size) : shuffled.subList(0, size)));
    }
    return List.copyOf(sets);
  }

  /** As many attentions as FFNs, or one more of the first kind that comes. */
  private static List<Candidate> half(List<Candidate> shuffled, int size) {
    List<Candidate> chosen = new ArrayList<>();
    SublayerKind first = kind(shuffled.getFirst());
    int ofFirst = (size + 1) / 2;
    shuffled.stream().filter(c -> kind(c) == first).limit(ofFirst).forEach(chosen::add);
    shuffled.stream().filter(c -> kind(c) != first).limit(size - ofFirst).forEach(chosen::add);
    return chosen;
  }

  private static SublayerKind kind(Candidate candidate) {
    return candidate.sublayers().getFirst().kind();
  }

  private List<Candidate> inOrder(List<Candidate> set) {
    return pool.stream().filter(set::contains).toList();
  }

  private List<List<Candidate>> mutants() {
    Set<List<Candidate>> mutants = new LinkedHashSet<>();
    for (int i = 0; i < effort.offspring(); i++) {
      List<Candidate> set = new ArrayList<>(parent);
      int switches = Math.min(1 + random.nextInt(3), 1 + random.nextInt(3));
      for (int s = 0; s < switches; s++) {
        switchLevels(set);
      }
      mutants.add(inOrder(set));
    }
    return List.copyOf(mutants);
  }

  private void switchLevels(List<Candidate> set) {
    Candidate kept = set.get(random.nextInt(set.size()));
    List<Candidate> others =
        pool.stream()
            .filter(c -> !set.contains(c))
            .filter(c -> !effort.balanced() || kind(c) == kind(kept))
            .toList();
    if (!others.isEmpty()) {
      set.remove(kept);
      set.add(others.get(random.nextInt(others.size())));
    }
  }

  @Override
  void learn(int size, List<Trial> trials) {
    List<Candidate> asked = children.stream().map(Candidate::union).toList();
    List<List<Candidate>> ranked =
        loss.ranked(asked, trials).stream().map(c -> children.get(asked.indexOf(c))).toList();
    if (lastStage) {
      select(size, ranked.getFirst());
    } else {
      int survivors = Math.clamp(effort.offspring() / SURVIVORS_PART, 1, ranked.size());
      Set<List<Candidate>> finalists = new LinkedHashSet<>();
      if (!parent.isEmpty()) {
        finalists.add(parent);
      }
      finalists.addAll(ranked.subList(0, survivors));
      children = List.copyOf(finalists);
      lastStage = true;
    }
  }

  private void select(int size, List<Candidate> best) {
    parent = best;
    children = List.of();
    lastStage = false;
    generation++;
    if (generation > generations(size)) {
      searched = size;
      generation = 0;
    }
  }

  private int generations(int size) {
    return effort.generations() > 0
        ? effort.generations()
        : (int) Math.ceil(size * (pool.size() - size) / 1.5);
  }

  @Override
  Candidate found(int size) {
    return Candidate.union(parent);
  }
}
