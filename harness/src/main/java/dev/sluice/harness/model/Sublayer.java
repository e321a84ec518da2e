package dev.sluice.harness.model;

import static java.util.Objects.requireNonNull;

import dev.sluice.scorers.NearestName;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The attention or the FFN of one block: the unit that is cut. Written {@code 12.attention}, {@code
 * 12.ffn}.
 *
 * @param block 0 is the block next to the embedding
 */
public record Sublayer(int block, SublayerKind kind) implements Comparable<Sublayer> {
  private static final Pattern NAME = Pattern.compile("(\\d{1,6})\\.(attention|ffn)");
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
              + "Write BLOCK.attention or BLOCK.ffn, for example 12.ffn");
    }
    return new Sublayer(
        Integer.parseInt(m.group(1)),
        m.group(2).equals("ffn") ? SublayerKind.FFN : SublayerKind.ATTENTION);
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

  /** The place in the order of execution, from 0. */
  public int index() {
    return 2 * block + (kind == SublayerKind.FFN ? 1 : 0);
  }

  @Override
  public int compareTo(Sublayer other) {
    return Integer.compare(index(), other.index());
  }

  @Override
  public String toString() {
    return block + "." + kind.id();
  }
}
