package dev.sluice.harness.variant;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.model.WeightLayout;
import java.util.List;
import java.util.OptionalInt;

/**
 * Works out what variants of one model save.
 *
 * <p>Multiply-adds per token: each weight of a linear layer once, and for attention {@code 2 h d n},
 * scores and values of {@code h} heads of size {@code d} over the {@code n} positions that a token
 * sees on average: {@code (T + 1) / 2} in a sequence of {@code T} tokens, fewer with a window. Of a
 * mixture of experts the router and the experts that one token passes through count: without some
 * experts there are fewer of them only where fewer are left than a token passes through.
 * Norms, biases, activations and the look-up of the embedding are not counted.
 */
public final class Reductions {
  /** Tokens of a sequence where no text says how long it is: the calibration preset's. */
  public static final int USUAL_LENGTH = 256;

  private final ModelConfig config;
  private final WeightLayout layout;
  private final int sequenceLength;
  private final double modelFlops;

  /**
   * @param sequenceLength in tokens, at least 1
   */
  public Reductions(ModelConfig config, WeightLayout layout, int sequenceLength) {
    if (sequenceLength < 1) {
      throw new IllegalArgumentException(
          "sequence length " + sequenceLength + ": must be at least 1");
    }
    this.config = config;
    this.layout = layout;
    this.sequenceLength = sequenceLength;
    this.modelFlops =
        config.sublayerList().stream().mapToDouble(this::flops).sum()
            + (double) config.hidden() * config.vocabulary();
  }

  /** What the variant saves of the intact model. */
  public Reduction of(Variant variant) {
    variant.requireWithin(config);
    List<Sublayer> cuts = variant.cuts();
    long attentions = cuts.stream().filter(s -> s.kind() == SublayerKind.ATTENTION).count();
    long blocks =
        cuts.stream()
            .filter(s -> s.kind() == SublayerKind.ATTENTION)
            .filter(s -> variant.isCut(s.index() + 1))
            .count();
    return new Reduction(
        variant.sublayers(config) / config.sublayers(),
        (double) blocks / config.blocks(),
        (double) cuts.stream().mapToLong(layout::parameters).sum() / layout.parameters(),
        (flopsOfWhole(cuts) + flopsOfExperts(variant)) / modelFlops,
        (double) attentions / config.blocks());
  }

  private double flopsOfWhole(List<Sublayer> cuts) {
    return cuts.stream().filter(s -> s.expert().isEmpty()).mapToDouble(this::flops).sum();
  }

  private double flopsOfExperts(Variant variant) {
    return config.ffn().experts().stream()
        .flatMap(e -> e.blocks().stream())
        .mapToDouble(block -> flopsOfExperts(block, variant))
        .sum();
  }

  /** What the experts that a block has lost save: their lines of the router, and expert passes. */
  private double flopsOfExperts(int block, Variant variant) {
    Experts experts = config.experts(block).orElseThrow();
    int cut = variant.expertsCut(new Sublayer(block, SublayerKind.FFN).index()).size();
    int idle = Math.max(0, experts.active() - (experts.count() - cut));
    return (double) config.hidden() * (cut + 3.0 * idle * experts.intermediate());
  }

  /** Multiply-adds per token of one sublayer. */
  private double flops(Sublayer sublayer) {
    if (layout.absent().contains(sublayer)) {
      return 0;
    }
    double hidden = config.hidden();
    double queries = config.attention().queries();
    double keys = config.attention().keys();
    return switch (sublayer.kind()) {
      case ATTENTION ->
          2 * hidden * (queries + keys)
              + 2 * queries * seen(config.attention().windows().get(sublayer.block()));
      case FFN ->
          config
              .experts(sublayer.block())
              .map(e -> hidden * (e.count() + 3.0 * e.active() * e.intermediate()))
              .orElseGet(
                  () -> (config.ffn().gated() ? 3 : 2) * hidden * config.ffn().intermediate());
    };
  }

  /** Mean number of positions that a token attends to, itself included. */
  private double seen(OptionalInt window) {
    double all = sequenceLength;
    double width = Math.min(window.orElse(sequenceLength), sequenceLength);
    return (width * (width + 1) / 2 + (all - width) * width) / all;
  }
}
