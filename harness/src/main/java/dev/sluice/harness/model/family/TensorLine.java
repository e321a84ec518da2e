package dev.sluice.harness.model.family;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Where a checkpoint keeps the weights of one or several roles.
 *
 * @param roles whose rows follow one another in the tensor
 * @param pattern name of the tensor; {@code #} stands for the block, {@code @} for the expert
 * @param transposed whether it is stored {@code [inputs, outputs]}
 * @param byHead whether the roles follow one another within each head, not as a whole
 */
public record TensorLine(List<String> roles, String pattern, boolean transposed, boolean byHead) {
  private static final String TRANSPOSED = "transposed";
  private static final String BY_HEAD = "by-head";

  public TensorLine {
    roles = List.copyOf(roles);
  }

  /** Read {@code query+key+value} and {@code NAME [transposed] [by-head]}. */
  static TensorLine parse(String roles, String text) {
    List<String> words = Arrays.asList(text.split("\\s+"));
    List<String> flags = words.subList(1, words.size());
    if (!Set.of(TRANSPOSED, BY_HEAD).containsAll(flags)) {
      throw new IllegalStateException(
          roles + " = " + text + ": after the name only transposed and by-head");
    }
    return new TensorLine(
        Arrays.asList(roles.split("\\+")),
        words.getFirst(),
        flags.contains(TRANSPOSED),
        flags.contains(BY_HEAD));
  }
}
