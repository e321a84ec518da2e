package dev.sluice.harness.variant;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import java.util.List;

/**
 * What a search may cut in one step: one sublayer, or both of a block.
 *
 * @param name {@code 3.ffn}, {@code 3.attention} or, for both, {@code 3.block}
 */
public record Candidate(String name, List<Sublayer> sublayers) {

  public Candidate {
    sublayers = List.copyOf(sublayers);
  }

  public static Candidate of(Sublayer sublayer) {
    return new Candidate(sublayer.toString(), List.of(sublayer));
  }

  public static Candidate ofBlock(int block) {
    return new Candidate(
        block + ".block",
        List.of(
            new Sublayer(block, SublayerKind.ATTENTION), new Sublayer(block, SublayerKind.FFN)));
  }

  /** Read a name that {@link #name()} gave. */
  public static Candidate parse(String name) {
    return name.endsWith(".block")
        ? ofBlock(Integer.parseInt(name.substring(0, name.indexOf('.'))))
        : of(Sublayer.parse(name));
  }

  @Override
  public String toString() {
    return name;
  }
}
