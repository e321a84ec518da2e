package dev.sluice.harness.variant;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * What a search may cut in one step: one sublayer, one expert, both sublayers of a block, or any set
 * of them.
 *
 * @param name {@code 3.ffn}, {@code 3.attention}, {@code 3.ffn.5} or, for both, {@code 3.block}; of a set, the names of
 *     its parts joined by {@code +}, and {@code nothing} of the empty set
 */
public record Candidate(String name, List<Sublayer> sublayers) {

  private static final String BLOCK = ".block";
  private static final String NOTHING = "nothing";

  public Candidate {
    sublayers = List.copyOf(sublayers);
  }

  public static Candidate of(Sublayer sublayer) {
    return new Candidate(sublayer.toString(), List.of(sublayer));
  }

  public static Candidate ofBlock(int block) {
    return new Candidate(
        block + BLOCK,
        List.of(
            new Sublayer(block, SublayerKind.ATTENTION), new Sublayer(block, SublayerKind.FFN)));
  }

  /** A set of sublayers, in whatever order and however often each is named. */
  public static Candidate ofAll(Collection<Sublayer> sublayers) {
    List<Sublayer> all = List.copyOf(new TreeSet<>(sublayers));
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Sublayer part = all.get(i);
      boolean whole =
          part.kind() == SublayerKind.ATTENTION
              && i + 1 < all.size()
              && all.get(i + 1).equals(Sublayer.at(part.index() + 1));
      parts.add(whole ? part.block() + BLOCK : part.toString());
      i += whole ? 1 : 0;
    }
    return new Candidate(parts.isEmpty() ? NOTHING : String.join("+", parts), all);
  }

  /** All that some candidates cut, as one. */
  public static Candidate union(Collection<Candidate> parts) {
    return ofAll(parts.stream().flatMap(c -> c.sublayers().stream()).toList());
  }

  /** The variant that cuts this and nothing else. */
  public Variant variant() {
    return Variant.cutting(sublayers);
  }

  /** Read a name that {@link #name()} gave. */
  public static Candidate parse(String name) {
    if (name.equals(NOTHING)) {
      return ofAll(List.of());
    }
    return name.contains("+")
        ? ofAll(
            Arrays.stream(name.split("\\+", -1)).flatMap(p -> one(p).sublayers.stream()).toList())
        : one(name);
  }

  private static Candidate one(String name) {
    return name.endsWith(BLOCK)
        ? ofBlock(Integer.parseInt(name.substring(0, name.indexOf('.'))))
        : of(Sublayer.parse(name));
  }

  @Override
  public String toString() {
    return name;
  }
}
