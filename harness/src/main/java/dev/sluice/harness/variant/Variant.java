package dev.sluice.harness.variant;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A pruned form of the resident model: the set of sublayers that are cut. Immutable; equal when the
 * same sublayers are cut, in whatever order that was decided.
 */
public final class Variant {
  private static final Variant INTACT = new Variant(List.of());

  private final BitSet cut = new BitSet();
  private final List<Sublayer> cuts;

  private Variant(Collection<Sublayer> cuts) {
    this.cuts = List.copyOf(new TreeSet<>(cuts));
    this.cuts.forEach(s -> cut.set(s.index()));
  }

  /** The model as it is: the control of every comparison. */
  public static Variant intact() {
    return INTACT;
  }

  public static Variant cutting(Collection<Sublayer> sublayers) {
    return new Variant(sublayers);
  }

  public static Variant cutting(Sublayer... sublayers) {
    return new Variant(List.of(sublayers));
  }

  /** Read what {@link #toString()} writes; commas and semicolons separate, blank is intact. */
  public static Variant parse(String text) {
    if (text.isBlank() || text.strip().equals("intact")) {
      return INTACT;
    }
    return new Variant(
        Arrays.stream(text.split("[,;]", -1)).map(Sublayer::parse).collect(Collectors.toList()));
  }

  /** This variant with more sublayers cut. */
  public Variant and(Collection<Sublayer> sublayers) {
    TreeSet<Sublayer> all = new TreeSet<>(cuts);
    all.addAll(sublayers);
    return new Variant(all);
  }

  /** The cut sublayers in the order of execution. */
  public List<Sublayer> cuts() {
    return cuts;
  }

  public boolean isCut(Sublayer sublayer) {
    return cut.get(sublayer.index());
  }

  /** Whether the sublayer at this place in the order of execution is cut. */
  public boolean isCut(int index) {
    return cut.get(index);
  }

  /**
   * What this variant does to the first sublayers: the indices below {@code end} that are cut.
   * Variants with equal prefixes share one hidden state up to there.
   */
  public BitSet prefix(int end) {
    return cut.get(0, end);
  }

  /** Fail unless every cut sublayer exists in a model of so many blocks. */
  public Variant requireWithin(int blocks) {
    cuts.stream()
        .filter(s -> s.block() >= blocks)
        .findFirst()
        .ifPresent(s -> {
          throw new PrerequisiteException(
              "no sublayer "
                  + s
                  + ": the model has "
                  + blocks
                  + " blocks, its last sublayer is "
                  + new Sublayer(blocks - 1, s.kind()));
        });
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Variant v && v.cut.equals(cut);
  }

  @Override
  public int hashCode() {
    return cut.hashCode();
  }

  /** The cut sublayers separated by commas, or {@code intact}. */
  @Override
  public String toString() {
    return cuts.isEmpty()
        ? "intact"
        : cuts.stream().map(Sublayer::toString).collect(Collectors.joining(","));
  }
}
