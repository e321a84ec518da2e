package dev.sluice.harness.evaluation;

import dev.sluice.benchmarks.PromptSource;
import java.util.Arrays;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Turns prompts into rows of tokens, one row a prompt, several prompts at a time. */
public final class TokenRows {
  /** Prompts that are being tokenised or wait for their turn: the most that is read ahead. */
  static final int CONCURRENCY = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 16);

  private final Function<String, int[]> tokenise;
  private final int length;

  /**
   * @param tokenise gives the token ids of a text; called from several threads
   * @param length tokens after which a row is cut off
   */
  public TokenRows(Function<String, int[]> tokenise, int length) {
    this.tokenise = tokenise;
    this.length = length;
  }

  /**
   * The rows in the order of their prompts; prompts without tokens are left out. Cold; reads at most
   * as many prompts ahead of the demand as processors serve (2 to 16), emits on a tokenising thread,
   * passes a cancel on.
   */
  public Flux<int[]> rows(PromptSource source) {
    return source
        .prompts()
        .flatMapSequential(
            prompt ->
                Mono.fromCallable(() -> row(prompt.text()))
                    .subscribeOn(Schedulers.boundedElastic()),
            CONCURRENCY,
            1)
        .filter(row -> row.length > 0);
  }

  private int[] row(String text) {
    int[] tokens = tokenise.apply(text);
    return tokens.length > length ? Arrays.copyOf(tokens, length) : tokens;
  }
}
