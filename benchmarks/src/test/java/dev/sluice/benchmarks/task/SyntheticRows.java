package dev.sluice.benchmarks.task;

import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.dataset.RowTally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Rows made up for tests, written as JSON lines and read through a shipped task. */
final class SyntheticRows {
  private final Path folder;

  SyntheticRows(Path folder) {
    this.folder = folder;
  }

  /** Writes rows in JSON, single quotes for double ones. */
  Path write(String name, String... rows) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", rows).replace('\'', '"'));
  }

  static Task task(String name) {
    return TaskLibrary.shipped().find(name).getFirst().task();
  }

  List<Item> items(String task, ScoringMode mode, int shots) {
    return items(task(task), ItemSource.Options.of(mode, shots));
  }

  List<Item> items(Task task, ItemSource.Options options) {
    return items(task, options, new RowTally(options.onBadRow()));
  }

  List<Item> items(Task task, ItemSource.Options options, RowTally tally) {
    TaskFiles files = TaskFiles.in(folder, task, options.shots());
    return new ItemSource(task, files, options)
        .items(tally)
        .collectList()
        .blockOptional()
        .orElseThrow();
  }

  static ItemSource.Options skipping() {
    return new ItemSource.Options(
        ScoringMode.LM_EVAL, 0, ItemSource.Limit.NONE, ItemSource.Options.SEED, OnBadRow.SKIP);
  }
}
