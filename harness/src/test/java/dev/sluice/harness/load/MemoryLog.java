package dev.sluice.harness.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** What a process held, from beginning to end. Safe for use by several threads. */
final class MemoryLog {
  private static final double MIB = 1 << 20;

  private final List<Sample> samples = new ArrayList<>();

  /** Bytes at one moment. */
  record Sample(double heap, double resident) {}

  synchronized void add(double heap, double resident) {
    samples.add(new Sample(heap, resident));
  }

  /**
   * By how many bytes the heap's floor rose from the second fifth of the time to the last. The floor is
   * what is left after collections.
   */
  synchronized double heapGrowth() {
    return floor(part(4, 5), Sample::heap) - floor(part(1, 5), Sample::heap);
  }

  /** As {@link #heapGrowth}, for the median of what the process held. */
  synchronized double residentGrowth() {
    return median(part(4, 5)) - median(part(1, 5));
  }

  /** A table in Markdown, one row for each fifth of the time. */
  synchronized String table() {
    StringBuilder table =
        new StringBuilder(
            "| fifth | heap, floor MiB | process, median MiB | process, most MiB |\n");
    table.append("|---|---:|---:|---:|\n");
    for (int i = 0; i < 5; i++) {
      List<Sample> part = part(i, 5);
      table.append(
          "| %d | %.0f | %.0f | %.0f |%n"
              .formatted(
                  i + 1,
                  floor(part, Sample::heap) / MIB,
                  median(part) / MIB,
                  values(part, Sample::resident).max().orElseThrow() / MIB));
    }
    return table.toString();
  }

  private List<Sample> part(int index, int parts) {
    return samples.subList(samples.size() * index / parts, samples.size() * (index + 1) / parts);
  }

  private static double floor(List<Sample> part, ToDoubleFunction<Sample> what) {
    return values(part, what).min().orElseThrow();
  }

  private static double median(List<Sample> part) {
    return values(part, Sample::resident).sorted().skip(part.size() / 2).findFirst().orElseThrow();
  }

  private static DoubleStream values(List<Sample> part, ToDoubleFunction<Sample> what) {
    return part.stream().mapToDouble(what);
  }
}
