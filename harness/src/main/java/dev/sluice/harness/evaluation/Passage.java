package dev.sluice.harness.evaluation;

import dev.sluice.harness.evaluation.Instruments.Stage;
import reactor.core.publisher.Flux;

/** Counts what waits at a stage and what it has asked for; one for each subscriber. */
public final class Passage {
  private final Instruments instruments;
  private final Stage stage;
  private long buffered;
  private long demand;
  private boolean over;

  public Passage(Instruments instruments, Stage stage) {
    this.instruments = instruments;
    this.stage = stage;
  }

  /** What comes to the stage. */
  public <T> Flux<T> in(Flux<T> source) {
    return source.doOnRequest(n -> move(0, n)).doOnNext(element -> move(1, -1));
  }

  /** An element leaves the place where it waited. */
  public void taken() {
    move(-1, 0);
  }

  /** What leaves the stage: with its end or a cancel nothing waits any more. */
  public <T> Flux<T> out(Flux<T> results) {
    return results.doFinally(signal -> end());
  }

  private synchronized void move(long moreBuffered, long moreDemand) {
    if (!over) {
      buffered += moreBuffered;
      demand += moreDemand;
      instruments.flowed(stage, moreBuffered, moreDemand);
    }
  }

  private synchronized void end() {
    if (!over) {
      instruments.flowed(stage, -buffered, -demand);
      over = true;
    }
  }
}
