package dev.sluice.harness.answers;

import dev.sluice.harness.variant.Variant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all variants say of one item.
 *
 * @param <T> the item
 * @param scored how many tokens each answer is about
 * @param byVariant for each variant one answer a request, in their order
 */
public record Answers<T>(T item, List<Integer> scored, Map<Variant, List<Answer>> byVariant) {
  public Answers {
    scored = List.copyOf(scored);
    byVariant = Collections.unmodifiableMap(new LinkedHashMap<>(byVariant));
  }

  public List<Answer> of(Variant variant) {
    List<Answer> answers = byVariant.get(variant);
    if (answers == null) {
      throw new IllegalArgumentException("no answers of " + variant);
    }
    return answers;
  }
}
