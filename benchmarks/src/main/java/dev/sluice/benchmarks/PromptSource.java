package dev.sluice.benchmarks;

import reactor.core.publisher.Flux;

/** Where prompts come from. */
@FunctionalInterface
public interface PromptSource {

  /**
   * The prompts in their order. Cold and lazy: each subscriber opens the source for itself, a
   * prompt is read when it is demanded and no earlier, on the thread that demands it, nothing is
   * prefetched; the source is closed on completion, error and cancel. What a user can repair
   * (missing file, bad line) arrives as a {@link dev.sluice.scorers.PrerequisiteException} through
   * {@code onError}.
   */
  Flux<Prompt> prompts();
}
