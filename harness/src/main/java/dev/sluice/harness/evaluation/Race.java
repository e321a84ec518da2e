package dev.sluice.harness.evaluation;

import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Score;
import java.util.Map;
import java.util.Set;

/** Decides, while prompts flow, which variants need not be evaluated to the end. */
public sealed interface Race permits PairedRace, SoundRace {

  /**
   * The variants that cannot win any more.
   *
   * @param racing the objective so far of every variant that is still evaluated
   */
  Set<Variant> hopeless(Map<Variant, Score> racing);
}
