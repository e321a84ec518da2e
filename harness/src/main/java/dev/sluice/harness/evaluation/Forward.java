package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import java.util.List;

/** One variant, one batch, from the embedding to the logits: what everything faster must equal. */
public final class Forward {
  private Forward() {}

  /** Logits of every position, {@code [B * T][V]}, row by row. */
  public static float[][] logits(
      Engine engine, ModelConfig config, TokenBatch batch, Variant variant) {
    try (HiddenState last = lastState(engine, config, batch, variant)) {
      return engine.logits(last);
    }
  }

  /** The state behind the last sublayer, which the caller closes. */
  public static HiddenState lastState(
      Engine engine, ModelConfig config, TokenBatch batch, Variant variant) {
    return lastState(engine, config, batch, variant, Engine.Treatment.REMOVE);
  }

  /** The same where cut sublayers are treated otherwise. */
  public static HiddenState lastState(
      Engine engine,
      ModelConfig config,
      TokenBatch batch,
      Variant variant,
      Engine.Treatment treatment) {
    HiddenState x = engine.embed(batch);
    for (Sublayer sublayer : config.sublayerList()) {
      try (HiddenState before = x) {
        x =
            variant.isCut(sublayer)
                ? treatment.treat(sublayer, before)
                : apply(engine, variant, sublayer, before);
      }
    }
    return x;
  }

  private static HiddenState apply(
      Engine engine, Variant variant, Sublayer sublayer, HiddenState x) {
    List<Integer> experts = variant.expertsCut(sublayer.index());
    return experts.isEmpty()
        ? engine.apply(sublayer, x)
        : engine.applyWithout(List.of(experts), sublayer, x);
  }
}
