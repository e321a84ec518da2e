package dev.sluice.harness.strategy;

import dev.sluice.harness.variant.Candidate;
import java.util.Collection;

/** Sets of candidates as one. */
final class Sets {
  private Sets() {}

  static Candidate union(Collection<Candidate> parts) {
    return Candidate.ofAll(parts.stream().flatMap(c -> c.sublayers().stream()).toList());
  }
}
