package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.dataset.DocumentFile;
import dev.sluice.benchmarks.dataset.SplitFiles;
import dev.sluice.benchmarks.task.TaskFiles;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What identifies the data of an evaluation: the SHA-256 of each file, read once. */
final class DataDigests {
  private final Map<DocumentFile, String> digests = new HashMap<>();
  private final Map<String, String> named = new LinkedHashMap<>();

  /**
   * By {@code data TASK} the file that is evaluated, by {@code shots TASK} that of the shots; a file
   * that several tasks of a group read stands there once, under the group's name.
   */
  static Map<String, String> of(List<TaskEvaluation.Source> sources) {
    DataDigests found = new DataDigests();
    for (TaskEvaluation.Source source : sources) {
      TaskFiles files = source.items().files();
      found.add("data ", source, files.evaluated());
      SplitFiles.Found pool = files.pool();
      if (pool != null) {
        found.add("shots ", source, pool);
      }
    }
    return found.named;
  }

  private void add(String kind, TaskEvaluation.Source source, SplitFiles.Found found) {
    List<String> groups = source.task().groups();
    boolean own = found.ofConfig() || groups.isEmpty();
    String digest = digests.computeIfAbsent(found.file(), DocumentFile::sha256);
    named.putIfAbsent(kind + (own ? source.task().name() : groups.getFirst()), "sha256:" + digest);
  }
}
