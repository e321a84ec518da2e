package dev.sluice.harness.model;

import java.util.List;

/** Reads the rotary positions of a config.json, in the old keys and in those of transformers 5. */
final class RopeReader {
  private static final List<String> TYPES = List.of("default", "linear", "dynamic", "llama3");
  private static final double DEFAULT_BASE = 10_000;

  /** What was read: the base of the frequencies and how they are stretched. */
  record Rope(double base, RopeScaling scaling) {}

  private RopeReader() {}

  /**
   * Read {@code rope_scaling} or {@code rope_parameters}; the former wins where both say something,
   * and a base inside wins over one outside, as in transformers.
   */
  static Rope read(ConfigValues config, int context, int headSize) {
    requireWholeRotation(config);
    double base = config.number("rope_theta", DEFAULT_BASE);
    return config
        .object("rope_scaling")
        .or(() -> config.object("rope_parameters"))
        .map(rope -> {
          requireWholeRotation(rope);
          return new Rope(
              rope.number("rope_theta", base), scaling(rope, config, context, headSize));
        })
        .orElseGet(() -> new Rope(base, new RopeScaling.None()));
  }

  private static RopeScaling scaling(
      ConfigValues rope, ConfigValues config, int context, int headSize) {
    String key = rope.has("rope_type") ? "rope_type" : "type";
    String type = rope.text(key).orElse("default");
    return switch (type) {
      case "default" -> plain(rope);
      case "linear" -> new RopeScaling.Linear(factor(rope));
      case "dynamic" -> {
        if (headSize <= 2) {
          throw rope.wrong(key, "needs heads wider than 2, they are " + headSize);
        }
        // transformers grows the base from max_position_embeddings, whatever else is stated.
        yield new RopeScaling.Dynamic(factor(rope), context);
      }
      case "llama3" -> llama3(rope, config, context);
      default -> throw rope.wrong(key, "supported are " + String.join(", ", TYPES));
    };
  }

  private static RopeScaling plain(ConfigValues rope) {
    for (String nested : List.of("full_attention", "sliding_attention")) {
      if (rope.states(nested)) {
        throw rope.wrong(nested, "positions that differ between blocks are not supported");
      }
    }
    return new RopeScaling.None();
  }

  private static RopeScaling llama3(ConfigValues rope, ConfigValues config, int context) {
    double low = rope.number("low_freq_factor");
    double high = rope.number("high_freq_factor");
    if (high <= low) {
      throw rope.wrong("high_freq_factor", "must be above low_freq_factor, " + low);
    }
    String key = "original_max_position_embeddings";
    int original =
        rope.whole(key, Integer.MAX_VALUE, config.whole(key, Integer.MAX_VALUE, context));
    return new RopeScaling.Llama3(factor(rope), low, high, original);
  }

  private static double factor(ConfigValues rope) {
    double factor = rope.number("factor");
    if (factor < 1) {
      throw rope.wrong("factor", "must be at least 1");
    }
    return factor;
  }

  private static void requireWholeRotation(ConfigValues values) {
    if (values.number("partial_rotary_factor", 1) != 1) {
      throw values.wrong("partial_rotary_factor", "only whole heads are rotated, that is 1");
    }
  }
}
