package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmarks.Prompt;
import dev.sluice.benchmarks.PromptSource;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Prompts to scores: order, bounds and cancellation of the whole stream. */
class TokenRowsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MILLION = 1_000_000;

  private final AtomicInteger read = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  private PromptSource prompts(int count) {
    return () ->
        Flux.range(0, count)
            .map(i -> new Prompt(i, "prompt " + i))
            .doOnNext(p -> read.incrementAndGet())
            .doFinally(signal -> closed.set(true));
  }

  private static int[] tokens(String text) {
    return new int[] {Integer.parseInt(text.substring(7)), 1, 2, 3};
  }

  @Test
  void rowsKeepTheOrderOfPromptsHoweverLongEachTakes() {
    Random random = new Random(1);
    List<int[]> rows = new ArrayList<>();
    new TokenRows(
            text -> {
              int spins = random.nextInt(20_000);
              for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
              }
              return tokens(text);
            },
            3)
        .rows(prompts(500))
        .toIterable()
        .forEach(rows::add);
    for (int i = 0; i < 500; i++) {
      assertThat(rows.get(i)).containsExactly(i, 1, 2);
    }
  }

  @Test
  void aSlowDeviceBoundsWhatIsReadAndACancelClosesTheSource() {
    FakeEngine engine = new FakeEngine(4, Integer.MAX_VALUE);
    List<Variant> variants = List.of(Variant.cutting(Sublayer.at(1)));
    try (Evaluator evaluator =
        new Evaluator(
            engine,
            4,
            new BoundaryCache(0),
            new Wavefront.Limits(1, 8),
            new Evaluator.Room(1, 8))) {
      Flux<Evaluation> evaluations =
          evaluator.evaluate(
              Evaluator.Request.of(
                  variants,
                  List.of(Measure.KL),
                  new Batcher(8)
                      .batches(new TokenRows(TokenRowsTest::tokens, 4).rows(prompts(MILLION)))));
      int rowsInBatch = 2;
      int ahead = (2 * Evaluator.PREFETCH + 2) * rowsInBatch + 2 * TokenRows.CONCURRENCY;
      StepVerifier.create(evaluations, 4)
          .expectNextCount(4)
          .then(() ->
              assertThat(read.get())
                  .as("prompts read for 4 batches")
                  .isLessThanOrEqualTo(4 * rowsInBatch + ahead))
          .thenCancel()
          .verify(PATIENCE);
    }
    assertThat(closed).as("source closed by the cancel").isTrue();
    assertThat(engine.liveStates()).isZero();
  }
}
