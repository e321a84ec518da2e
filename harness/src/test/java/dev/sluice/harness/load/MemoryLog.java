package dev.sluice.harness.load;

import java.util.ArrayList;
import java.util.List;

/** Bytes that a process held, from beginning to end. One thread writes, another reads later. */
final class MemoryLog {
  private static final double MIB = 1 << 20;
  private static final int FIFTHS = 5;

  private final List<Double> heap = new ArrayList<>();
  private final List<Double> resident = new ArrayList<>();

  /** What was left in the heap after a collection. */
  synchronized void heap(double bytes) {
    heap.add(bytes);
  }

  /** All that the process held. */
  synchronized void resident(double bytes) {
    resident.add(bytes);
  }

  /** By how many MiB the heap's median grew from the second fifth of the time to the last. */
  synchronized double heapGrowth() {
    return growth(heap);
  }

  /** As {@link #heapGrowth}, of the process. */
  synchronized double residentGrowth() {
    return growth(resident);
  }

  private static double growth(List<Double> bytes) {
    return at(bytes, 4, 0.5) - at(bytes, 1, 0.5);
  }

  /** A table in Markdown, one row for each fifth of the time. */
  synchronized String table() {
    StringBuilder table =
        new StringBuilder(
            "| fifth | heap, median MiB | heap, most MiB | process, median MiB | process, most MiB |\n");
    table.append("|---|---:|---:|---:|---:|\n");
    for (int i = 0; i < FIFTHS; i++) {
      table.append(
          "| %d | %.1f | %.1f | %.0f | %.0f |%n"
              .formatted(
                  i + 1,
                  at(heap, i, 0.5),
                  at(heap, i, 1),
                  at(resident, i, 0.5),
                  at(resident, i, 1)));
    }
    return table.toString();
  }

  /** A quantile of one fifth, in MiB. */
  private static double at(List<Double> bytes, int fifth, double share) {
    List<Double> part =
        bytes.subList(bytes.size() * fifth / FIFTHS, bytes.size() * (fifth + 1) / FIFTHS).stream()
            .sorted()
            .toList();
    return part.get((int) Math.round(share * (part.size() - 1))) / MIB;
  }
}
