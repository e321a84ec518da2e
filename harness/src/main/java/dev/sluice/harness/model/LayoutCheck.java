package dev.sluice.harness.model;

import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares the tensors of a checkpoint with those that its config asks for. */
final class LayoutCheck {
  private static final int NAMED = 5;

  private LayoutCheck() {}

  /**
   * Fail unless every tensor of the layout is there, in a usable type and of the right shape.
   *
   * @param tensors those in a usable type
   * @param unusable type by name of the others
   */
  static void require(
      WeightLayout layout,
      Map<String, TensorInfo> tensors,
      Map<String, String> unusable,
      Path folder) {
    Set<String> missing = new LinkedHashSet<>();
    layout
        .all()
        .forEach(slot -> {
          TensorInfo found = tensors.get(slot.tensor());
          if (found != null) {
            requireShape(slot, found, folder);
          } else if (unusable.containsKey(slot.tensor())) {
            throw new PrerequisiteException(
                folder
                    + ": tensor "
                    + slot.tensor()
                    + " is stored as "
                    + unusable.get(slot.tensor())
                    + ": weights must be F32, F16 or BF16. Save the model in one of these");
          } else if (!missing.contains(slot.tensor())) {
            missing.add(slot.tensor());
          }
        });
    if (!missing.isEmpty()) {
      throw new PrerequisiteException(
          folder
              + ": missing "
              + (missing.size() == 1 ? "tensor " : "tensors ")
              + some(missing)
              + ", which config.json asks for"
              + found(tensors));
    }
  }

  /** The first names, and how many more there are. */
  static String some(Collection<String> names) {
    String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
  }

  private static String found(Map<String, TensorInfo> tensors) {
    return tensors.isEmpty()
        ? ". The files hold no tensors of a usable type"
        : ". The files hold "
            + tensors.size()
            + " tensors, such as "
            + StrictJson.quote(new TreeMap<>(tensors).firstKey());
  }

  private static void requireShape(Slot slot, TensorInfo found, Path folder) {
    if (!found.shape().equals(slot.shape())) {
      throw new PrerequisiteException(
          folder
              + ": tensor "
              + slot.tensor()
              + " is "
              + found.shape()
              + ", but config.json asks for "
              + slot.shape()
              + " ("
              + keys(slot.role())
              + "). Config and weights are of different models");
    }
  }

  /** The keys of config.json that decide a tensor's shape, axis by axis. */
  private static String keys(WeightRole role) {
    return switch (role) {
      case NORM, FINAL_NORM, OUTPUT_BIAS, DOWN_BIAS -> "hidden_size";
      case QUERY -> "num_attention_heads times head_dim, hidden_size";
      case KEY, VALUE -> "num_key_value_heads times head_dim, hidden_size";
      case OUTPUT -> "hidden_size, num_attention_heads times head_dim";
      case QUERY_BIAS -> "num_attention_heads times head_dim";
      case KEY_BIAS, VALUE_BIAS -> "num_key_value_heads times head_dim";
      case QUERY_NORM, KEY_NORM -> "head_dim";
      case GATE, UP -> "intermediate_size, hidden_size";
      case DOWN -> "hidden_size, intermediate_size";
      case GATE_BIAS, UP_BIAS -> "intermediate_size";
      case EMBEDDING, HEAD -> "vocab_size, hidden_size";
    };
  }
}
