package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.evaluation.Instruments.Stage;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What waits and what is asked for adds up, also where a stream is left early. */
class PassageTest {
  private long buffered;
  private long demand;

  private final Instruments counting =
      new Instruments() {
        @Override
        public void flowed(Stage stage, long moreBuffered, long moreDemand) {
          assertThat(stage).isEqualTo(Stage.PACKS);
          buffered += moreBuffered;
          demand += moreDemand;
        }
      };

  private final Passage passage = new Passage(counting, Stage.PACKS);

  @Test
  void elementsWaitUntilTheyAreTaken() {
    StepVerifier.create(passage.out(passage.in(Flux.just("a", "b", "c"))), 2)
        .expectNext("a", "b")
        .then(() -> {
          assertThat(buffered).isEqualTo(2);
          assertThat(demand).isZero();
          passage.taken();
          assertThat(buffered).isEqualTo(1);
        })
        .thenRequest(5)
        .expectNext("c")
        .verifyComplete();
    assertThat(buffered).isZero();
    assertThat(demand).isZero();
  }

  @Test
  void demandStandsUntilElementsCome() {
    Sinks.Many<String> source = Sinks.many().unicast().onBackpressureBuffer();
    StepVerifier.create(passage.out(passage.in(source.asFlux())), 3)
        .then(() -> {
          assertThat(demand).isEqualTo(3);
          source.tryEmitNext("a").orThrow();
        })
        .expectNext("a")
        .then(() -> assertThat(demand).isEqualTo(2))
        .thenCancel()
        .verify();
    assertThat(demand).isZero();
    assertThat(buffered).isZero();
    passage.taken();
    assertThat(buffered).as("what comes after the end counts no more").isZero();
  }
}
