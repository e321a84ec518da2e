package dev.sluice.harness.answers;

import dev.sluice.harness.evaluation.ScoredSequence;
import java.util.List;

/**
 * An item as the model reads it.
 *
 * @param <T> the item
 * @param sequences one for each of its requests
 */
public record Encoded<T>(T item, List<ScoredSequence> sequences) {
  public Encoded {
    sequences = List.copyOf(sequences);
  }
}
