package dev.sluice.harness.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps docs/metrics.md what is declared, and writes it anew where that is asked for. */
class MetricsDocsTest {
  private static final Path PAGE = Path.of("").toAbsolutePath().resolveSibling("docs/metrics.md");

  private static final String REGENERATE =
      "mvn -pl harness -am test -Dtest=MetricsDocsTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dsluice.docs=write";

  private static final String OPENING =
      """
      # Metrics

      Sluice tells Prometheus these meters. Names begin with `sluice_`; units are base units, ratios go from 0 to 1.
      Accuracy and progress are gauges that move while prompts flow; rates come from the counters:
      `rate(sluice_sweep_tokens_total[1m])`. Why it is done this way is in [design/telemetry.md](design/telemetry.md).

      A *label set* is one combination of label values: one series of a counter, a gauge or an info meter, and of a
      histogram one for each bucket, `+Inf`, the sum and the count. Where a meter has its most, new label sets are
      denied and counted in `sluice_series_denied_total`. The series of a sweep or an evaluation are there while it
      runs in this process and for five minutes more.

      Measures of divergence have different units (nats, radians, logits, shares): their meters carry the label
      `measure` and no unit in the name. Never add up or compare over two measures. `sublayer` is a number in the order
      of execution, padded with zeros; `sluice_sublayer_info` has its name, kind and block:

          sluice_sublayer_divergence * on (sweep, sublayer) group_left (name) sluice_sublayer_info

      Names of the JVM and of the process (`jvm_*`, `process_*`, `system_cpu_*`) are Micrometer's.
      """;

  private static final String CLOSING =
      """

      ## Exemplars

      Histograms of prompts carry exemplars in the OpenMetrics format: of a sweep `prompt`, the row in the calibration set,
      `variant`, the candidate, and `step`; of an evaluation `item`, the item's number in its task, and `variant`.

      This page is generated from the declarations in `dev.sluice.harness.telemetry`; a test compares the two. To write
      it anew:

          %s
      """
          .formatted(REGENERATE.replace(" -Dsurefire", " \\\n        -Dsurefire"));

  @Test
  void pageListsEveryMeter() throws IOException {
    String page =
        OPENING
            + section("Sweeps", SweepMeter.values())
            + section("Evaluations and variants", EvaluationMeter.values())
            + section("Devices and the stream of prompts", EngineMeter.values())
            + section("The service", ServiceMeter.values())
            + CLOSING;
    if (System.getProperty("sluice.docs", "").equals("write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/metrics.md; to write it anew: " + REGENERATE)
        .isEqualTo(page);
  }

  private static String section(String title, Meter... meters) {
    return Arrays.stream(meters)
        .map(MetricsDocsTest::row)
        .collect(
            Collectors.joining(
                "",
                "\n## "
                    + title
                    + "\n\n| meter | type | unit | labels | what it tells | label sets | most |\n"
                    + "|---|---|---|---|---|---|---|\n",
                ""));
  }

  private static String row(Meter meter) {
    MeterShape shape = meter.shape();
    String labels =
        meter.labels().stream().map(l -> "`" + l + "`").collect(Collectors.joining(", "));
    String buckets =
        shape.buckets().isEmpty()
            ? ""
            : " Buckets up to "
                + shape.buckets().stream()
                    .map(MetricsDocsTest::number)
                    .collect(Collectors.joining(", "))
                + ".";
    return "| `%s` | %s | %s | %s | %s | %s | %d |%n"
        .formatted(
            meter.exposed().getFirst().replaceFirst("_bucket$", ""),
            shape.type().name().toLowerCase(Locale.ROOT),
            shape.unit(),
            labels,
            shape.help() + buckets,
            shape.bound(),
            shape.most());
  }

  private static String number(double bound) {
    return bound == Math.rint(bound) ? "" + (long) bound : "" + bound;
  }
}
