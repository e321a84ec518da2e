package dev.sluice.harness.model;

import static java.util.Objects.requireNonNull;

import dev.sluice.scorers.NearestName;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The attention or the FFN of one block, or one expert of an FFN that is a mixture: the unit that is
 * cut. Written {@code 12.attention}, {@code 12.ffn}, {@code 12.ffn.5}. In the order of execution, an
 * FFN before its experts.
 *
 * @param block 0 is the block next to the embedding
 * @param expert from 0; empty is the whole sublayer
 */
public record Sublayer(int block, SublayerKind kind, OptionalInt expert)
    implements Comparable<Sublayer> {
  private static final Comparator<Sublayer> ORDER =
      Comparator.comparingInt(Sublayer::index).thenComparingInt(s -> s.expert.orElse(-1));
  private static final Pattern NAME =
      Pattern.compile("(\\d{1,6})\\.(?:(attention)|ffn(?:\\.(\\d{1,6}))?)");
  private static final Pattern BLOCK = Pattern.compile("(\\d{1,6})\\W?([A-Za-z]\\w{0,29})");

  /** What checkpoints and other tools call the two, with our word for each. */
  private static final Map<String, String> NAMES =
      new TreeMap<>(
          Map.of(
              "attention", "attention",
              "attn", "attention",
              "self_attn", "attention",
              "self_attention", "attention",
              "ffn", "ffn",
              "mlp", "ffn",
              "feed_forward", "ffn",
              "feedforward", "ffn"));

  public Sublayer {
    requireNonNull(kind, "kind");
    if (block < 0) {
      throw new IllegalArgumentException("block " + block + ": must not be negative");
    }
    if (expert.isPresent() && (kind != SublayerKind.FFN || expert.getAsInt() < 0)) {
      throw new IllegalArgumentException(
          "expert " + expert.getAsInt() + " of an " + kind.id() + ": only FFNs have, from 0 on");
    }
  }

  /** A whole sublayer. */
  public Sublayer(int block, SublayerKind kind) {
    this(block, kind, OptionalInt.empty());
  }

  /** One expert of a block's FFN. */
  public static Sublayer ofExpert(int block, int expert) {
    return new Sublayer(block, SublayerKind.FFN, OptionalInt.of(expert));
  }

  /** The sublayer at a place in the order of execution: 0 is {@code 0.attention}, 1 is {@code 0.ffn}. */
  public static Sublayer at(int index) {
    return new Sublayer(index / 2, index % 2 == 0 ? SublayerKind.ATTENTION : SublayerKind.FFN);
  }

  /** Read a name such as {@code 12.ffn}. */
  public static Sublayer parse(String name) {
    Matcher m = NAME.matcher(name.strip());
    if (!m.matches()) {
      throw new PrerequisiteException(
          "'"
              + name
              + "' is no sublayer. "
              + meant(name)
              + "Write BLOCK.attention or BLOCK.ffn, for example 12.ffn, or an expert, 12.ffn.5");
    }
    int block = Integer.parseInt(m.group(1));
    if (m.group(3) != null) {
      return ofExpert(block, Integer.parseInt(m.group(3)));
    }
    return new Sublayer(block, m.group(2) == null ? SublayerKind.FFN : SublayerKind.ATTENTION);
  }

  /** The known name that was probably meant, as a question; nothing where none is near. */
  private static String meant(String name) {
    Matcher m = BLOCK.matcher(name.strip());
    if (!m.matches()) {
      return "";
    }
    String kind = m.group(2);
    return NearestName.of(kind, NAMES.keySet())
        .map(near -> "Did you mean '" + m.group(1) + "." + NAMES.get(near) + "'? ")
        .orElse("");
  }

  /** The sublayer that an expert is part of; itself, where it is whole. */
  public Sublayer whole() {
    return expert.isEmpty() ? this : new Sublayer(block, kind);
  }

  /** The place in the order of execution, from 0; an expert's is its FFN's. */
  public int index() {
    return 2 * block + (kind == SublayerKind.FFN ? 1 : 0);
  }

  @Override
  public int compareTo(Sublayer other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return block + "." + kind.id() + (expert.isEmpty() ? "" : "." + expert.getAsInt());
  }
}
