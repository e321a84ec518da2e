package dev.sluice.harness.model;

import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.family.Family;
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
            requireShape(slot, found, layout, folder);
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

  private static void requireShape(Slot slot, TensorInfo found, WeightLayout layout, Path folder) {
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
              + keys(slot, layout.family())
              + "). Config and weights are of different models");
    }
  }

  /** The keys of config.json that decide a tensor's shape, axis by axis. */
  private static String keys(Slot slot, Family family) {
    String hidden = key(family, "hidden");
    String head = key(family, "head-size");
    String size = head.isEmpty() ? hidden + " over heads" : head;
    String queries = key(family, "heads") + " times " + size;
    String kvHeads = key(family, "kv-heads");
    String keys = (kvHeads.isEmpty() ? key(family, "heads") : kvHeads) + " times " + size;
    String inner = key(family, "intermediate");
    return switch (slot.role()) {
      case NORM, NORM_BIAS, POST_NORM, FINAL_NORM, FINAL_NORM_BIAS, OUTPUT_BIAS, DOWN_BIAS ->
          hidden;
      case QUERY -> queries + ", " + hidden;
      case KEY, VALUE -> keys + ", " + hidden;
      case OUTPUT -> hidden + ", " + queries;
      case QUERY_BIAS -> queries;
      case KEY_BIAS, VALUE_BIAS -> keys;
      case QUERY_NORM, KEY_NORM -> size;
      case ROUTER -> key(family, "experts") + ", " + hidden;
      case GATE, UP -> inner + ", " + hidden;
      case DOWN -> hidden + ", " + inner;
      case GATE_BIAS, UP_BIAS -> inner;
      case EMBEDDING, HEAD -> key(family, "vocabulary") + ", " + hidden;
      case POSITIONS -> key(family, "context") + ", " + hidden;
    };
  }

  /** The first key of a setting; empty where the family has none. */
  private static String key(Family family, String term) {
    return family.setting(term).keys().stream().findFirst().orElse("");
  }
}
