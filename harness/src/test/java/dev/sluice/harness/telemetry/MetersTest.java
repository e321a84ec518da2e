package dev.sluice.harness.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.progress.FixedClock;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The registry stays bounded whatever runs, and says nothing that it does not know. */
class MetersTest {
  private static final Reduction NOTHING = new Reduction(0, 0, 0, 0, 0);

  private final FixedClock clock = new FixedClock();
  private final Telemetry telemetry = new Telemetry(clock, "1.2.3");

  @AfterEach
  void close() {
    telemetry.close();
  }

  private static Evaluation evaluation(String name, List<String> variants) {
    List<ScoredVariant> scored =
        variants.stream()
            .map(v -> new ScoredVariant(v, Variant.intact(), 4, NOTHING, Map.of()))
            .toList();
    return new Evaluation(name, Instant.EPOCH, scored, List.of(), Map.of());
  }

  @Test
  void tenThousandVariantsOverADayDoNotGrowTheScrape() {
    long each = Duration.ofDays(1).toMillis() / 1000;
    int most = 0;
    int alive = 0;
    for (int i = 0; i < 1000; i++) {
      int first = 10 * i;
      List<String> ten = IntStream.range(first, first + 10).mapToObj(v -> "v" + v).toList();
      try (EvaluationTelemetry running = telemetry.evaluation("e" + i)) {
        running.started(evaluation("e" + i, ten));
        clock.advance(each);
      }
      if (i % 50 == 0) {
        Scraped scraped = Scraped.of(telemetry);
        most = Math.max(most, scraped.size());
        alive = Math.max(alive, scraped.of("sluice_variant_info").size());
        assertThat(
                scraped.value(
                    EvaluationMeter.VARIANT_REDUCTION_RATIO, "e" + i, "v" + first, "flops"))
            .as("the last ones are still there")
            .isEqualTo(0);
      }
    }
    // An evaluation each 86 seconds, kept for 300: never more than five beside one another.
    assertThat(alive).isBetween(30, 50);
    clock.advance(Telemetry.KEPT.toMillis());
    Scraped rest = Scraped.of(telemetry);
    assertThat(rest.of("sluice_variant_info")).isEmpty();
    assertThat(rest.of("sluice_evaluation_state")).isEmpty();
    assertThat(most).isLessThan(rest.size() + 5 * (10 * 6 + 20));
  }

  @Test
  void valuesStayForAWhileAfterTheEnd() {
    try (EvaluationTelemetry running = telemetry.evaluation("e")) {
      running.state(JobState.PAUSED);
    }
    clock.advance(Telemetry.KEPT.toMillis() - 1);
    assertThat(Scraped.of(telemetry).value(EvaluationMeter.EVALUATION_STATE, "e", "paused"))
        .isEqualTo(1);
    clock.advance(1);
    assertThat(Scraped.of(telemetry).value(EvaluationMeter.EVALUATION_STATE, "e", "paused"))
        .isNull();
  }

  @Test
  void whatRunsAgainIsNotForgottenWithItsFirstRun() {
    telemetry.evaluation("e").close();
    clock.advance(Telemetry.KEPT.toMillis() / 2);
    EvaluationTelemetry again = telemetry.evaluation("e");
    clock.advance(Telemetry.KEPT.toMillis());
    assertThat(Scraped.of(telemetry).value(EvaluationMeter.EVALUATION_STATE, "e", "running"))
        .isEqualTo(1);
    again.close();
  }

  @Test
  void meterThatIsFullDeniesAndCounts() {
    int most = EvaluationMeter.VARIANT_INFO.shape().most();
    List<String> variants = IntStream.range(0, most + 7).mapToObj(v -> "v" + v).toList();
    EvaluationTelemetry running = telemetry.evaluation("large");
    running.started(evaluation("large", variants));
    Scraped scraped = Scraped.of(telemetry);
    assertThat(scraped.of("sluice_variant_info")).hasSize(most);
    assertThat(scraped.value(ServiceMeter.SERIES_DENIED, "sluice_variant_info")).isEqualTo(7);
    running.close();
  }

  @Test
  void histogramsHaveAFuseToo() {
    int most = ServiceMeter.HTTP_REQUEST_SECONDS.shape().most();
    for (int i = 0; i < most + 3; i++) {
      telemetry.service().answered(new ServiceTelemetry.Request("/r" + i, "GET", 200, 0.003));
    }
    Scraped scraped = Scraped.of(telemetry);
    assertThat(scraped.of("sluice_http_request_seconds_count")).hasSize(most);
    assertThat(scraped.value(ServiceMeter.SERIES_DENIED, "sluice_http_request_seconds_bucket"))
        .isEqualTo(3);
    assertThat(scraped.text()).doesNotContain("denied_count");
  }

  @Test
  void collectedGarbageTakesNoValueAlong() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    assertThat(Scraped.of(telemetry).series()).isNotEmpty().doesNotContainValue(Double.NaN);
  }

  @Test
  void serviceTellsJobsQueueClientsAndRequests() {
    ServiceTelemetry service = telemetry.service();
    service.jobs(ServiceTelemetry.JobKind.SWEEP, Map.of(JobState.QUEUED, 3, JobState.RUNNING, 1));
    service.queueDepth(3);
    service.clientConnected();
    service.clientConnected();
    service.clientLeft();
    service.eventsSent(10);
    service.eventsSkipped(4);
    service.answered(new ServiceTelemetry.Request("/api/v1/sweeps/{name}", "BREW", 418, 0.2));
    Scraped scraped = Scraped.of(telemetry);
    assertThat(scraped.value(ServiceMeter.JOBS, "sweep", "queued")).isEqualTo(3);
    assertThat(scraped.value(ServiceMeter.JOBS, "evaluation", "queued")).isEqualTo(0);
    assertThat(scraped.value(ServiceMeter.JOB_QUEUE_DEPTH)).isEqualTo(3);
    assertThat(scraped.value(ServiceMeter.EVENT_STREAM_CLIENTS)).isEqualTo(1);
    assertThat(scraped.value(ServiceMeter.EVENT_STREAM_EVENTS, "skipped")).isEqualTo(4);
    assertThat(
            scraped.value(
                "sluice_http_request_seconds_sum",
                ServiceMeter.HTTP_REQUEST_SECONDS,
                "/api/v1/sweeps/{name}",
                "other",
                "4xx"))
        .isEqualTo(0.2);
  }

  @Test
  void declarationsAreSound() {
    Set<String> names = new HashSet<>();
    for (Meter meter : Meter.all()) {
      MeterShape shape = meter.shape();
      meter.exposed().forEach(name -> assertThat(names.add(name)).as(name).isTrue());
      assertThat(meter.id()).matches("sluice_[a-z]+(_[a-z]+)*").doesNotContain("_total");
      assertThat(shape.help()).as(meter.id()).endsWith(".").doesNotContain("\n");
      assertThat(shape.labels()).as(meter.id()).doesNotHaveDuplicates();
      assertThat(shape.most()).as(meter.id()).isPositive();
      assertThat(shape.buckets()).as(meter.id()).isSorted().doesNotHaveDuplicates();
      if (!shape.unit().isEmpty()) {
        assertThat(meter.id()).endsWith("_" + shape.unit());
      }
    }
  }

  @Test
  void statesAreThoseOfJobs() {
    assertThat(Arrays.stream(JobState.values()).map(Enum::name))
        .containsExactlyElementsOf(Arrays.stream(Job.State.values()).map(Enum::name).toList());
    assertThat(Arrays.stream(ServiceTelemetry.JobKind.values()).map(Enum::name))
        .containsExactlyElementsOf(Arrays.stream(Job.Kind.values()).map(Enum::name).toList());
  }
}
