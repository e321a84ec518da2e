package dev.sluice.harness.microbenchmark;

import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.telemetry.EvaluationTelemetry;
import dev.sluice.harness.telemetry.Telemetry;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One scrape of 20,000 series: 920 variants, of which 500 have a histogram. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ScrapeMicrobenchmark {
  private static final int VARIANTS = 920;
  private static final int FEWEST_SERIES = 20_000;

  /** What is asked for. */
  @Param({
    "text/plain",
    "application/openmetrics-text",
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
  })
  String accept;

  private Telemetry telemetry;

  /** Fill the registry with one evaluation's variants. */
  @Setup
  public void fill() {
    telemetry = new Telemetry(Clock.systemUTC(), "benchmark");
    EvaluationTelemetry evaluation = telemetry.evaluation("many");
    List<ScoredVariant> variants =
        IntStream.range(0, VARIANTS)
            .mapToObj(i ->
                new ScoredVariant(
                    "variant-" + i,
                    Variant.intact(),
                    32,
                    new Reduction(0.25, 0.2, 0.22, 0.21, 0.25),
                    Map.of()))
            .toList();
    ScoredTask task =
        new ScoredTask("task", "1", RequestKind.MULTIPLE_CHOICE, List.of(Metric.ACC), List.of(), 0);
    evaluation.started(new Evaluation("many", Instant.EPOCH, variants, List.of(task), Map.of()));
    Map<String, List<Answer>> answers = new LinkedHashMap<>();
    variants.forEach(
        v -> answers.put(v.name(), List.of(new Answer(-1, true, 1), new Answer(-2, false, 4))));
    evaluation.answered(
        new ScoredItem(
            0,
            7,
            "digest",
            List.of(new Item.Request("a", " b"), new Item.Request("a", " c")),
            List.of("b", "c"),
            0,
            new Item.TextSize(1, 1),
            List.of(1, 1),
            answers));
    String text = new String(telemetry.scrape("text/plain").body(), StandardCharsets.UTF_8);
    long series = text.lines().filter(line -> !line.startsWith("#")).count();
    if (series < FEWEST_SERIES) {
      throw new IllegalStateException(series + " series, too few to measure");
    }
  }

  /** Collect and render. */
  @Benchmark
  public Object scrape() {
    return telemetry.scrape(accept);
  }
}
