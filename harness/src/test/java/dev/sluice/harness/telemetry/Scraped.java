package dev.sluice.harness.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A scrape read again, without the library that wrote it. */
record Scraped(String contentType, String text, Map<String, Double> series) {
  static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_][a-zA-Z0-9_]*)(?:\\{((?:[a-z_A-Z0-9]+=\"(?:[^\"\\\\]|\\\\.)*\",?)*)})? (\\S+)(?: # .*)?");
  private static final Pattern LABEL =
      Pattern.compile("([a-z_A-Z0-9]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  static Scraped of(Telemetry telemetry) {
    return of(telemetry, "text/plain");
  }

  static Scraped of(Telemetry telemetry, String accept) {
    Telemetry.Scrape scrape = telemetry.scrape(accept);
    String text = new String(scrape.body(), UTF_8);
    Map<String, Double> series = new LinkedHashMap<>();
    text.lines().filter(line -> !line.startsWith("#")).forEach(line -> read(line, series));
    return new Scraped(scrape.contentType(), text, series);
  }

  private static void read(String line, Map<String, Double> series) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("not a sample: " + line);
    }
    Map<String, String> labels = new HashMap<>();
    Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
    while (label.find()) {
      labels.put(label.group(1), label.group(2));
    }
    String value = sample.group(3).replace("+Inf", "Infinity");
    if (series.put(key(sample.group(1), labels), Double.parseDouble(value)) != null) {
      throw new AssertionError("twice: " + line);
    }
  }

  private static String key(String name, Map<String, String> labels) {
    return name + new TreeMap<>(labels);
  }

  /** The value of a series, by the meter's labels in their order; null where it is not there. */
  @Nullable Double value(Meter meter, String... labels) {
    return value(meter.exposed().getFirst(), meter, labels);
  }

  /** The same of another of its names, such as that of the sum. */
  @Nullable Double value(String name, Meter meter, String... labels) {
    Map<String, String> named = new HashMap<>();
    for (int i = 0; i < labels.length; i++) {
      named.put(meter.labels().get(i), labels[i]);
    }
    return series.get(key(name, named));
  }

  /** The series of a name. */
  List<String> of(String name) {
    return series.keySet().stream().filter(key -> key.startsWith(name + "{")).toList();
  }

  int size() {
    return series.size();
  }
}
