package dev.sluice.harness.variant;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A pruned form of the resident model: the set of sublayers, or of single experts, that are cut.
 * Immutable; equal when the same ones are cut, in whatever order that was decided. An expert of an FFN
 * that is cut is gone with it and not listed.
 */
public final class Variant {
  private static final Variant INTACT = new Variant(List.of());

  private final BitSet cut = new BitSet();
  private final List<Sublayer> cuts;
  private final Map<Integer, List<Integer>> experts;

  private Variant(Collection<Sublayer> cuts) {
    cuts.stream().filter(s -> s.expert().isEmpty()).forEach(s -> cut.set(s.index()));
    this.cuts =
        new TreeSet<>(cuts)
            .stream().filter(s -> s.expert().isEmpty() || !cut.get(s.index())).toList();
    this.experts =
        this.cuts.stream()
            .filter(s -> s.expert().isPresent())
            .collect(
                Collectors.groupingBy(
                    Sublayer::index,
                    Collectors.mapping(s -> s.expert().getAsInt(), Collectors.toList())));
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

  /** What is cut in the order of execution: whole sublayers, and single experts of others. */
  public List<Sublayer> cuts() {
    return cuts;
  }

  /** Sublayers that are cut; an expert counts as one part of as many as its FFN has. */
  public double sublayers(ModelConfig config) {
    int parts = config.ffn().experts().map(Experts::count).orElse(1);
    long single = cuts.stream().filter(s -> s.expert().isPresent()).count();
    return cut.cardinality() + (double) single / parts;
  }

  /** Whether it is gone; an expert also is with its FFN. */
  public boolean isCut(Sublayer sublayer) {
    return cut.get(sublayer.index()) || cuts.contains(sublayer);
  }

  /** Whether the whole sublayer at this place in the order of execution is cut. */
  public boolean isCut(int index) {
    return cut.get(index);
  }

  /** Experts that are cut of an FFN that is not, ascending, by its place in the order of execution. */
  public List<Integer> expertsCut(int index) {
    return experts.getOrDefault(index, List.of());
  }

  /**
   * What this variant does to the sublayers before a place. Variants with equal prefixes share one
   * hidden state up to there.
   */
  public Variant prefix(int end) {
    return cuts.isEmpty() || cuts.getLast().index() < end
        ? this
        : new Variant(cuts.stream().filter(s -> s.index() < end).toList());
  }

  /** Fail unless the model has all that is cut. */
  public Variant requireWithin(ModelConfig config) {
    cuts.stream()
        .flatMap(s -> obstacle(s, config).stream())
        .findFirst()
        .ifPresent(message -> {
          throw new PrerequisiteException(message);
        });
    return this;
  }

  private static Optional<String> obstacle(Sublayer cut, ModelConfig config) {
    if (cut.block() >= config.blocks()) {
      return Optional.of(
          "no sublayer %s: the model has %d blocks, its last sublayer is %s"
              .formatted(cut, config.blocks(), new Sublayer(config.blocks() - 1, cut.kind())));
    }
    int experts = config.experts(cut.block()).map(Experts::count).orElse(0);
    return cut.expert().orElse(-1) < experts
        ? Optional.empty()
        : Optional.of(
            experts == 0
                ? "no expert %s: %s is no mixture of experts. Cut %s as a whole"
                    .formatted(cut, cut.whole(), cut.whole())
                : "no expert %s: %s has %d experts, the last is %s"
                    .formatted(
                        cut, cut.whole(), experts, Sublayer.ofExpert(cut.block(), experts - 1)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Variant v && v.cuts.equals(cuts);
  }

  @Override
  public int hashCode() {
    return cuts.hashCode();
  }

  /** What is cut, separated by commas, or {@code intact}. */
  @Override
  public String toString() {
    return cuts.isEmpty()
        ? "intact"
        : cuts.stream().map(Sublayer::toString).collect(Collectors.joining(","));
  }
}
