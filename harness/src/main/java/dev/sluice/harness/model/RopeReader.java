package dev.sluice.harness.model;

import dev.sluice.harness.model.ModelConfig.Positions.Rotary;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.model.family.Family;
import dev.sluice.harness.model.family.Setting;
import dev.sluice.scorers.PrerequisiteException;
import java.util.List;
import java.util.Optional;

/** Reads the rotary positions of a config.json, in the old keys and in those of transformers 5. */
final class RopeReader {
  private static final List<String> TYPES =
      List.of("default", "linear", "dynamic", "llama3", "longrope");

  private final ConfigValues config;
  private final Family family;
  private final int context;
  private final int headSize;

  RopeReader(ConfigValues config, Family family, int context, int headSize) {
    this.config = config;
    this.family = family;
    this.context = context;
    this.headSize = headSize;
  }

  /**
   * Read {@code rope_scaling} or {@code rope_parameters}; the former wins where both say something,
   * and a value inside wins over one outside, as in transformers.
   */
  Rotary read() {
    Setting base = family.setting("rope-base");
    Optional<ConfigValues> object =
        config.object("rope_scaling").or(() -> config.object("rope_parameters"));
    int width = width(object.orElse(config));
    return new Rotary(
        object.filter(rope -> rope.states(base)).orElse(config).number(base),
        object.map(rope -> scaling(rope, width)).orElseGet(RopeScaling.None::new),
        width);
  }

  /** Elements of a head that are rotated. */
  private int width(ConfigValues rope) {
    Setting share = family.setting("rotary-share");
    if (share.keys().isEmpty()) {
      requireWholeRotation(config);
      requireWholeRotation(rope);
      return even(headSize);
    }
    ConfigValues home = rope.states(share) ? rope : config;
    double part = home.number(share);
    if (part > 1) {
      throw home.wrong(home.key(share), "must be at most 1, the whole head");
    }
    return even((int) (headSize * part));
  }

  private int even(int width) {
    if (width % 2 != 0 || width == 0) {
      throw new PrerequisiteException(
          config.file()
              + ": heads are "
              + headSize
              + " wide (head_dim, or hidden_size over num_attention_heads)"
              + (width == headSize ? "" : " and " + width + " elements of each are rotated")
              + ": rotary positions need an even width");
    }
    return width;
  }

  private RopeScaling scaling(ConfigValues rope, int width) {
    String key = rope.has("rope_type") ? "rope_type" : "type";
    String type = rope.text(key).orElse("default");
    return switch (type) {
      case "default" -> plain(rope);
      case "linear" -> new RopeScaling.Linear(factor(rope));
      case "dynamic" -> {
        if (width <= 2) {
          throw rope.wrong(key, "needs heads wider than 2, they are " + width);
        }
        // transformers grows the base from max_position_embeddings, whatever else is stated.
        yield new RopeScaling.Dynamic(factor(rope), context);
      }
      case "llama3" -> llama3(rope);
      // "su" is what the first Phi-3 models call it.
      case "longrope", "su" -> longRope(rope, width);
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

  private RopeScaling llama3(ConfigValues rope) {
    double low = rope.number("low_freq_factor");
    double high = rope.number("high_freq_factor");
    if (high <= low) {
      throw rope.wrong("high_freq_factor", "must be above low_freq_factor, " + low);
    }
    return new RopeScaling.Llama3(factor(rope), low, high, originalContext(rope));
  }

  private RopeScaling longRope(ConfigValues rope, int width) {
    int original = originalContext(rope);
    if (original < 2) {
      throw rope.wrong("original_max_position_embeddings", "must be at least 2");
    }
    double factor = rope.number("factor", (double) context / original);
    double usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    return new RopeScaling.LongRope(
        rope.numbers("short_factor", width / 2),
        rope.numbers("long_factor", width / 2),
        original,
        rope.number("attention_factor", usual));
  }

  private int originalContext(ConfigValues rope) {
    String key = "original_max_position_embeddings";
    return rope.whole(key, Integer.MAX_VALUE, config.whole(key, Integer.MAX_VALUE, context));
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
