package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.Engine.Treatment;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.variant.Variant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hidden states kept at some boundaries between sublayers, so that later variants which agree up to
 * there start there. A boundary {@code p} lies before sublayer {@code p}; the last one lies behind
 * all sublayers.
 *
 * <p>After a greedy step that cuts {@code r}, every candidate before {@code r} still has the states
 * it had up to {@code r}; late cuts, which FinerCut prefers, then cost only the tail. States are
 * identified by the batch's tokens, the boundary, what the variant cuts before it and how that is
 * treated, so an entry can never serve another variant, treatment or text. Safe for several threads.
 */
public final class BoundaryCache implements AutoCloseable {

  private record Key(TokenBatch batch, int boundary, Variant prefix, Treatment treatment) {
    /** Where nothing is cut yet, treatments do not differ. */
    static Key of(TokenBatch batch, int boundary, Variant variant, Treatment treatment) {
      Variant prefix = variant.prefix(boundary);
      return new Key(
          batch, boundary, prefix, prefix.equals(Variant.intact()) ? Treatment.REMOVE : treatment);
    }
  }

  private final long budget;
  private final Map<Key, HiddenState> states = new HashMap<>();
  private final NavigableSet<Integer> boundaries = new TreeSet<>();
  private long bytes;
  private int spacing = Integer.MAX_VALUE;

  /**
   * @param budget bytes of hidden states to keep at most; 0 keeps nothing
   */
  public BoundaryCache(long budget) {
    this.budget = budget;
  }

  /**
   * Prepare for a set of variants: forget what none of them can use, and space the boundaries so
   * that the states of all batches are expected to fit.
   *
   * @param sublayers of the model
   * @param stateBytes one variant's state for all batches together
   */
  public synchronized void beginRound(List<Variant> variants, int sublayers, long stateBytes) {
    forgetAllBut(variants);
    spacing = 1;
    while (spacing < sublayers && expectedBytes(variants.size(), sublayers, stateBytes) > budget) {
      spacing++;
    }
  }

  private double expectedBytes(int variants, int sublayers, long stateBytes) {
    double states = 0;
    for (int p = spacing; p < sublayers; p += spacing) {
      states += Math.min(p, variants) + 1;
    }
    return states * stateBytes;
  }

  private void forgetAllBut(List<Variant> variants) {
    Map<Integer, Set<Variant>> wanted = new HashMap<>();
    for (int boundary : boundaries) {
      Set<Variant> prefixes = new HashSet<>();
      variants.forEach(v -> prefixes.add(v.prefix(boundary)));
      prefixes.add(Variant.intact());
      wanted.put(boundary, prefixes);
    }
    states
        .entrySet()
        .removeIf(entry -> {
          Key key = entry.getKey();
          boolean useless = !wanted.getOrDefault(key.boundary(), Set.of()).contains(key.prefix());
          if (useless) {
            release(entry.getValue());
          }
          return useless;
        });
  }

  private void release(HiddenState state) {
    bytes -= state.bytes();
    state.close();
  }

  /** Whether states are to be kept at a boundary inside the model. */
  synchronized boolean keeps(int boundary) {
    return budget > 0 && boundary > 0 && boundary % spacing == 0;
  }

  /**
   * A state on a variant's way.
   *
   * @param state shared with the caller, who closes it
   */
  record Kept(int boundary, HiddenState state) {}

  /** The state from which the fewest sublayers are left to run. */
  synchronized Optional<Kept> deepest(TokenBatch batch, Variant variant, Treatment treatment) {
    for (int boundary : boundaries.descendingSet()) {
      HiddenState state = states.get(Key.of(batch, boundary, variant, treatment));
      if (state != null) {
        return Optional.of(new Kept(boundary, state.share()));
      }
    }
    return Optional.empty();
  }

  /** Keep a state unless it is kept already or the budget is spent; the caller's share stays his. */
  synchronized void keep(
      TokenBatch batch, int boundary, Variant variant, Treatment treatment, HiddenState state) {
    Key key = Key.of(batch, boundary, variant, treatment);
    if (bytes + state.bytes() > budget || states.containsKey(key)) {
      return;
    }
    states.put(key, state.share());
    boundaries.add(boundary);
    bytes += state.bytes();
  }

  /** Bytes of the states kept; a state kept at two boundaries counts twice. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Forget everything. */
  public synchronized void clear() {
    states.values().forEach(this::release);
    states.clear();
    boundaries.clear();
  }

  @Override
  public void close() {
    clear();
  }
}
