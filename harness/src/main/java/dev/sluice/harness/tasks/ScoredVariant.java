package dev.sluice.harness.tasks;

import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A variant as results keep it.
 *
 * @param name that the user gave
 * @param blocks of the model
 * @param reduction what it saves of the intact model
 * @param searched by measure, what the sweep that found it had measured; empty for others
 */
public record ScoredVariant(
    String name, Variant variant, int blocks, Reduction reduction, Map<String, Double> searched) {
  public ScoredVariant {
    searched = Collections.unmodifiableMap(new LinkedHashMap<>(searched));
  }

  /** The same variant under another name. */
  public ScoredVariant named(String other) {
    return new ScoredVariant(other, variant, blocks, reduction, searched);
  }
}
