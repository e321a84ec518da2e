package dev.sluice.harness.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Milliseconds that requests took, by what was asked for. Safe for use by several threads. */
final class Latencies {
  private final Map<String, List<Double>> millis = new TreeMap<>();

  synchronized void add(String route, long nanos) {
    millis.computeIfAbsent(route, r -> new ArrayList<>()).add(nanos / 1e6);
  }

  synchronized int count() {
    return millis.values().stream().mapToInt(List::size).sum();
  }

  /** A table in Markdown. */
  synchronized String table() {
    StringBuilder table =
        new StringBuilder("| request | count | p50 ms | p90 ms | p99 ms | max ms |\n");
    table.append("|---|---:|---:|---:|---:|---:|\n");
    millis.forEach((route, taken) -> {
      Collections.sort(taken);
      table.append(
          "| `%s` | %d | %.1f | %.1f | %.1f | %.1f |%n"
              .formatted(
                  route,
                  taken.size(),
                  at(taken, 0.5),
                  at(taken, 0.9),
                  at(taken, 0.99),
                  at(taken, 1)));
    });
    return table.toString();
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get((int) Math.round(share * (sorted.size() - 1)));
  }
}
