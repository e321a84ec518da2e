package dev.sluice.harness.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.family.Family;
import dev.sluice.harness.model.family.NasWidth;
import dev.sluice.harness.model.family.Setting;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Reads what may differ from block to block: attention windows and mixtures of experts. */
final class BlockReader {
  private static final int MAX_EXPERTS = 100_000;

  private final ConfigValues values;
  private final Family family;
  private final int blocks;

  BlockReader(ConfigValues values, Family family, int blocks) {
    this.values = values;
    this.family = family;
    this.blocks = blocks;
  }

  /** The window of each block. */
  List<OptionalInt> windows() {
    OptionalInt window =
        values.flag(family.setting("window-if"))
            ? values.optionalWhole(family.setting("window"), Integer.MAX_VALUE)
            : OptionalInt.empty();
    Setting types = family.setting("window-types");
    boolean listed = types.keys().stream().anyMatch(values::has);
    IntPredicate slides = listed ? slidingByType(values.key(types)) : usuallySliding();
    boolean any = IntStream.range(0, blocks).anyMatch(slides);
    if (listed && window.isEmpty() && any) {
      throw values.wrong(
          values.key(types), "names sliding_attention, so sliding_window must be given and in use");
    }
    return IntStream.range(0, blocks)
        .mapToObj(i -> slides.test(i) ? window : OptionalInt.empty())
        .toList();
  }

  private IntPredicate usuallySliding() {
    return switch (family.word("window-blocks")) {
      case "all" -> block -> true;
      case "even" -> block -> block % 2 == 0;
      default -> {
        Setting first = family.setting("window-blocks");
        int from =
            values
                .wholeFrom(values.key(first), 0, Integer.MAX_VALUE)
                .orElseGet(() -> Integer.parseInt(first.otherwise().orElseThrow()));
        yield block -> block >= from;
      }
    };
  }

  private IntPredicate slidingByType(String key) {
    JsonNode types = values.node().get(key);
    if (!types.isArray() || types.size() != blocks) {
      throw values.wrong(key, "must be a list of " + blocks + ", one for each block");
    }
    List<Boolean> sliding = new ArrayList<>();
    for (JsonNode type : types) {
      switch (type.asText()) {
        case "sliding_attention" -> sliding.add(true);
        case "full_attention" -> sliding.add(false);
        default ->
            throw new PrerequisiteException(
                values.file()
                    + ": "
                    + key
                    + " names "
                    + StrictJson.quote(type.asText())
                    + ": supported are full_attention and sliding_attention");
      }
    }
    return sliding::get;
  }

  /** The sublayers that the model lacks: those that a list of the blocks calls no-ops. */
  Set<Sublayer> absent() {
    Set<Sublayer> absent = new HashSet<>();
    for (String key : family.setting("block-list").keys()) {
      JsonNode list = values.node().path(key);
      if (!list.isArray() || list.size() != blocks) {
        throw values.wrong(key, "must be a list of " + blocks + ", one for each block");
      }
      for (int i = 0; i < blocks; i++) {
        add(absent, new Sublayer(i, SublayerKind.ATTENTION), list.get(i).path("attention"), key);
        add(absent, new Sublayer(i, SublayerKind.FFN), list.get(i).path("ffn"), key);
      }
    }
    return absent;
  }

  private void add(Set<Sublayer> absent, Sublayer sublayer, JsonNode entry, String key) {
    if (entry.path("no_op").asBoolean()) {
      absent.add(sublayer);
      return;
    }
    JsonNode config = values.node();
    long group =
        config.path("num_attention_heads").asLong()
            / Math.max(1, config.path("num_key_value_heads").asLong(1));
    long width = config.path("intermediate_size").asLong();
    long hidden = config.path("hidden_size").asLong();
    boolean alike =
        !entry.path("replace_with_linear").asBoolean()
            && entry.path("n_heads_in_group").asLong(group) == group
            && entry.path("intermediate_size").asLong(width) == width
            && (!entry.path("ffn_mult").isNumber()
                || NasWidth.of(entry.path("ffn_mult").asDouble(), hidden) == width);
    if (!alike) {
      throw new PrerequisiteException(
          values.file()
              + ": "
              + key
              + " makes "
              + sublayer
              + " unlike that of other blocks: only blocks that are alike or lack it are supported");
    }
  }

  /** The mixture of experts; empty where no block has one. */
  Optional<Experts> experts(int maxWidth) {
    Setting count = family.setting("experts");
    if (count.keys().isEmpty()) {
      return Optional.empty();
    }
    int experts = values.whole(count, MAX_EXPERTS / blocks);
    int active = values.whole(family.setting("experts-active"), MAX_EXPERTS);
    if (active > experts) {
      throw values.wrong(
          values.key(family.setting("experts-active")), "must be at most the experts, " + experts);
    }
    List<Integer> mixed = mixedBlocks();
    return mixed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Experts(
                experts,
                active,
                values.whole(family.setting("experts-intermediate"), maxWidth),
                values.flag(family.setting("experts-normalised")),
                mixed));
  }

  private List<Integer> mixedBlocks() {
    int step = values.whole(family.setting("experts-step"), Integer.MAX_VALUE);
    Set<Integer> dense = dense(family.setting("experts-not-in"));
    return IntStream.range(0, blocks)
        .filter(block -> (block + 1) % step == 0 && !dense.contains(block))
        .boxed()
        .toList();
  }

  private Set<Integer> dense(Setting setting) {
    Set<Integer> blocks = new HashSet<>();
    for (String key : setting.keys()) {
      JsonNode list = values.node().path(key);
      if (!list.isArray() && !list.isNull() && !list.isMissingNode()) {
        throw values.wrong(key, "must be a list of blocks");
      }
      for (JsonNode block : list) {
        if (!block.canConvertToInt() || !block.isIntegralNumber()) {
          throw values.wrong(key, "must be a list of blocks, as whole numbers");
        }
        blocks.add(block.intValue());
      }
    }
    return blocks;
  }
}
