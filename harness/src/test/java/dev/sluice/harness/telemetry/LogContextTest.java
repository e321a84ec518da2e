package dev.sluice.harness.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.sluice.harness.evaluation.Instruments;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Log lines say for which job they were written, whatever thread wrote them. */
class LogContextTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(LogContextTest.class);

  @TempDir private Path folder;

  private final Lines lines = new Lines();

  /** A line, and who wrote it for whom. */
  private record Line(String text, String thread, Map<String, String> context) {}

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final Queue<Line> written = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      written.add(
          new Line(event.getFormattedMessage(), event.getThreadName(), event.getMDCPropertyMap()));
    }
  }

  @BeforeEach
  void listen() {
    LogContext.install();
    lines.start();
    LOG.setAdditive(false);
    LOG.addAppender(lines);
  }

  @AfterEach
  void stop() {
    LOG.detachAppender(lines);
    LOG.setAdditive(true);
    Hooks.disableAutomaticContextPropagation();
  }

  @Test
  void lineOfALaneNamesTheSweep() throws IOException {
    TinySweep sweep = TinySweep.in(folder, Map.of("until", "0.25"));
    Instruments talking =
        new Instruments() {
          @Override
          public void walked(int positions, int variants, int kept, long nanos) {
            LOG.warn("walked {} variants", variants);
          }
        };
    try (Telemetry telemetry = new Telemetry(Clock.systemUTC(), "1.2.3");
        SweepTelemetry watched = telemetry.sweep(sweep.plan())) {
      sweep.run(talking, List.of(watched), () -> false);
    }
    assertThat(MDC.get("sweep")).isNull();
    assertThat(lines.written).isNotEmpty();
    assertThat(lines.written)
        .allSatisfy(line -> {
          assertThat(line.thread()).startsWith("lane-");
          assertThat(line.context()).containsEntry("sweep", "tiny");
        });
  }

  @Test
  void eventLoopOfVertxNamesTheSweepAndTheVariant() {
    Vertx vertx = Vertx.vertx();
    try (LogContext sweep = LogContext.sweep("s");
        LogContext variant = LogContext.variant("3.ffn")) {
      assertThat(sweep).isNotSameAs(variant);
      Flux.range(0, 3)
          .publishOn(
              Schedulers.fromExecutor(
                  task -> vertx.getOrCreateContext().runOnContext(v -> task.run())))
          .doOnNext(i -> LOG.warn("number {}", i))
          .blockLast();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
    assertThat(lines.written).hasSize(3);
    assertThat(lines.written)
        .allSatisfy(line -> {
          assertThat(line.thread()).contains("vert.x-eventloop");
          assertThat(line.context())
              .containsOnly(Map.entry("sweep", "s"), Map.entry("variant", "3.ffn"));
        });
  }

  @Test
  void threadThatServesTwoSweepsMixesNothingUp() {
    try (LogContext first = LogContext.sweep("first")) {
      assertThat(first).isNotNull();
      Mono.fromRunnable(() -> LOG.warn("a")).subscribeOn(Schedulers.single()).block();
    }
    Mono.fromRunnable(() -> LOG.warn("b")).subscribeOn(Schedulers.single()).block();
    assertThat(lines.written).extracting(Line::text).containsExactly("a", "b");
    assertThat(lines.written)
        .extracting(line -> line.context().getOrDefault("sweep", "none"))
        .containsExactly("first", "none");
  }

  @Test
  void closingBringsBackWhatWasThereBefore() {
    try (LogContext outer = LogContext.evaluation("outer")) {
      assertThat(outer).isNotNull();
      try (LogContext inner = LogContext.evaluation("inner")) {
        assertThat(inner).isNotNull();
        assertThat(MDC.get("evaluation")).isEqualTo("inner");
      }
      assertThat(MDC.get("evaluation")).isEqualTo("outer");
    }
    assertThat(MDC.get("evaluation")).isNull();
  }
}
