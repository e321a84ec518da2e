package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.List;

/** What a strategy wants to be done next. */
public sealed interface Round {

  /**
   * One of the candidates is cut, for good or for one ratio: a step of the sweep's result.
   *
   * @param base what is cut beside a candidate: all that was cut before where the result is nested,
   *     nothing where each step has a set of its own
   * @param candidates in the order in which ties are decided
   */
  record Cut(Variant base, List<Candidate> candidates) implements Round {
    public Cut {
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * Variants are measured to learn from; nothing is cut.
   *
   * @param candidates all that is cut in each
   * @param rows of the calibration set, from its first
   */
  record Survey(List<Candidate> candidates, int rows) implements Round {
    public Survey {
      candidates = List.copyOf(candidates);
    }
  }

  /** The intact model's hidden states are profiled. */
  record Profile() implements Round {}

  /** The gradient of the intact model's loss is taken for the weights of every sublayer. */
  record Gradients() implements Round {}
}
