package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.Engine.Treatment;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.Targets;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TokenScores;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Evaluates a set of variants on a batch together, sublayer by sublayer.
 *
 * <p>The set is a prefix tree: variants that agree on all sublayers before {@code j} share one hidden
 * state up to {@code j}. There a state passes through the sublayer for the variants that keep it,
 * stays as it is for those that cut it, or both. (Another {@link Treatment} of cut sublayers than to
 * remove them costs passes for the cuts too.) The intact model always runs along as the
 * reference. For {@code n} single cuts of {@code n} sublayers that is about {@code n^2 / 2} sublayer
 * passes instead of {@code n^2}, less whatever the boundary cache saves.
 *
 * <p>With one state a native call ({@code stack == 1}) every value is bit for bit what the variant
 * alone would give, whatever else is in the set; larger stacks may differ by rounding. Safe for several
 * threads, each with a batch of its own.
 */
public final class Wavefront {
  private final Engine engine;
  private final int sublayers;
  private final BoundaryCache cache;
  private final Limits limits;
  private final Instruments instruments;
  private final Treatment treatment;
  private final LongAdder passes = new LongAdder();
  private final LongAdder naivePasses = new LongAdder();

  /**
   * Bounds of one native call.
   *
   * @param stack states that pass through a sublayer in one call
   * @param chunkRows positions whose logits are alive at once
   */
  public record Limits(int stack, int chunkRows) {
    public Limits {
      if (stack < 1 || chunkRows < 1) {
        throw new IllegalArgumentException(
            "stack " + stack + " and chunkRows " + chunkRows + " must be positive");
      }
    }
  }

  /**
   * How states are treated and who is told.
   *
   * @param cache may be shared with wavefronts of other treatments
   * @param treatment of the sublayers that variants cut
   */
  public record Manner(BoundaryCache cache, Treatment treatment, Instruments instruments) {}

  public Wavefront(Engine engine, int sublayers, BoundaryCache cache, Limits limits) {
    this(engine, sublayers, cache, limits, Instruments.NONE);
  }

  public Wavefront(
      Engine engine, int sublayers, BoundaryCache cache, Limits limits, Instruments instruments) {
    this(engine, sublayers, limits, new Manner(cache, Treatment.REMOVE, instruments));
  }

  public Wavefront(Engine engine, int sublayers, Limits limits, Manner manner) {
    this.engine = engine;
    this.sublayers = sublayers;
    this.cache = manner.cache();
    this.limits = limits;
    this.instruments = manner.instruments();
    this.treatment = manner.treatment();
  }

  /**
   * The measures of every variant against the intact model.
   *
   * @param variants without repetition
   * @return {@code [variants][measures][B * T]}, in the order of the arguments; NaN where a value is
   */
  public float[][][] run(TokenBatch batch, List<Variant> variants, List<Measure> measures) {
    if (variants.isEmpty()) {
      return new float[0][][];
    }
    try (PrefixWalk walk = walked(batch, withIntact(variants), variants)) {
      List<float[][]> values = compare(walk, batch, variants, measures);
      return values.toArray(new float[0][][]);
    }
  }

  /**
   * The scores of next tokens under every variant; the intact model runs along only if it is asked for.
   *
   * @param variants without repetition
   * @return one for each variant, in their order
   */
  public List<TokenScores> score(TokenBatch batch, List<Variant> variants, Targets targets) {
    try (PrefixWalk walk = walked(batch, variants, variants)) {
      return ends(walk, variants, states -> engine.score(states, targets, limits.chunkRows()));
    }
  }

  private PrefixWalk walked(TokenBatch batch, List<Variant> all, List<Variant> asked) {
    PrefixWalk walk = new PrefixWalk(engine, cache, batch, all, treatment);
    boolean done = false;
    long begun = System.nanoTime();
    try {
      walk.run(sublayers, limits.stack());
      instruments.walked(batch.positions(), all.size(), walk.kept(), System.nanoTime() - begun);
      passes.add(walk.passes());
      naivePasses.add(naive(asked));
      done = true;
      return walk;
    } finally {
      if (!done) {
        walk.close();
      }
    }
  }

  private static List<Variant> withIntact(List<Variant> variants) {
    LinkedHashSet<Variant> all = new LinkedHashSet<>();
    all.add(Variant.intact());
    all.addAll(variants);
    return List.copyOf(all);
  }

  private long naive(List<Variant> variants) {
    return variants.stream()
        .mapToLong(v -> sublayers + (long) (treatment.passes() - 1) * v.cuts().size())
        .sum();
  }

  private List<float[][]> compare(
      PrefixWalk walk, TokenBatch batch, List<Variant> variants, List<Measure> measures) {
    try (HiddenState reference = walk.reference()) {
      return ends(
          walk,
          variants,
          states ->
              List.of(engine.compare(reference, states, batch, measures, limits.chunkRows())));
    }
  }

  /** What is read from the last states, one result a variant; variants may share a state. */
  private <R> List<R> ends(
      PrefixWalk walk, List<Variant> variants, Function<List<HiddenState>, List<R>> read) {
    List<HiddenState> states = new ArrayList<>();
    List<List<Integer>> owners = new ArrayList<>();
    walk.forEachEnd(variants, states, owners);
    long begun = System.nanoTime();
    List<R> members = read.apply(states);
    instruments.read(System.nanoTime() - begun);
    Map<Integer, R> byVariant = new TreeMap<>();
    for (int member = 0; member < owners.size(); member++) {
      for (int variant : owners.get(member)) {
        byVariant.put(variant, members.get(member));
      }
    }
    return List.copyOf(byVariant.values());
  }

  /** Sublayers run so far, counted for each member of a stack. */
  public long passes() {
    return passes.sum();
  }

  /** Sublayers that one forward pass a variant would have run for the same results. */
  public long naivePasses() {
    return naivePasses.sum();
  }
}
