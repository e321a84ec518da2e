package dev.sluice.harness.engine;

import ai.djl.pytorch.jni.IValue;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Activation;
import dev.sluice.harness.model.ModelConfig.Attention;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.QueryKeyNorm;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import java.util.List;

/**
 * What the script must know of one kind of sublayer, the same in every call.
 *
 * @param places of the weights in the sublayer's list, in the order of the roles below; -1 where it
 *     has none. Further experts follow the first
 * @param numbers of attention: heads, key heads, head size, elements rotated, query and key norm; of
 *     the FFN: activation, experts, active experts, whether their weights add up to 1
 * @param factors epsilon of the norms; of attention also scale and cap of the scores, 0 for none
 */
record SublayerArguments(IValue places, IValue numbers, IValue factors) implements AutoCloseable {
  private static final List<WeightRole> ATTENTION =
      List.of(
          WeightRole.NORM,
          WeightRole.NORM_BIAS,
          WeightRole.QUERY,
          WeightRole.KEY,
          WeightRole.VALUE,
          WeightRole.OUTPUT,
          WeightRole.QUERY_BIAS,
          WeightRole.KEY_BIAS,
          WeightRole.VALUE_BIAS,
          WeightRole.OUTPUT_BIAS,
          WeightRole.QUERY_NORM,
          WeightRole.KEY_NORM,
          WeightRole.POST_NORM);

  private static final List<WeightRole> FFN =
      List.of(
          WeightRole.NORM,
          WeightRole.NORM_BIAS,
          WeightRole.GATE,
          WeightRole.UP,
          WeightRole.DOWN,
          WeightRole.GATE_BIAS,
          WeightRole.UP_BIAS,
          WeightRole.DOWN_BIAS,
          WeightRole.POST_NORM,
          WeightRole.ROUTER);

  static SublayerArguments of(Sublayer sublayer, ModelConfig config, WeightLayout layout) {
    List<WeightRole> present = layout.of(sublayer).stream().map(Slot::role).toList();
    boolean attention = sublayer.kind() == SublayerKind.ATTENTION;
    long[] places = (attention ? ATTENTION : FFN).stream().mapToLong(present::indexOf).toArray();
    return new SublayerArguments(
        IValue.listFrom(places),
        IValue.listFrom(attention ? attentionNumbers(config) : ffnNumbers(config, sublayer)),
        IValue.listFrom(attention ? attentionFactors(config) : new double[] {epsilon(config)}));
  }

  private static double epsilon(ModelConfig config) {
    return config.norm().epsilon();
  }

  private static double[] attentionFactors(ModelConfig config) {
    Attention attention = config.attention();
    return new double[] {epsilon(config), attention.scale(), attention.cap().orElse(0)};
  }

  private static long[] attentionNumbers(ModelConfig config) {
    Attention attention = config.attention();
    int rotated =
        switch (config.positions()) {
          case Positions.Rotary rotary -> rotary.width();
          case Positions.Learned ignored -> 0;
        };
    return new long[] {
      attention.heads(),
      attention.kvHeads(),
      attention.headSize(),
      rotated,
      number(attention.queryKeyNorm())
    };
  }

  private static long[] ffnNumbers(ModelConfig config, Sublayer sublayer) {
    long activation = number(config.ffn().activation());
    return config
        .experts(sublayer.block())
        .map(e -> new long[] {activation, e.count(), e.active(), normalised(e)})
        .orElseGet(() -> new long[] {activation});
  }

  private static long normalised(Experts experts) {
    return experts.normalised() ? 1 : 0;
  }

  private static long number(Activation activation) {
    return switch (activation) {
      case SILU -> 0;
      case GELU -> 1;
      case GELU_TANH -> 2;
      case RELU -> 3;
    };
  }

  private static long number(QueryKeyNorm norm) {
    return switch (norm) {
      case NONE -> 0;
      case HEAD -> 1;
      case WHOLE -> 2;
    };
  }

  @Override
  public void close() {
    places.close();
    numbers.close();
    factors.close();
  }
}
