package dev.sluice.harness.service;

import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobQueue;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A service with a tiny model and a made-up text under its roots.
 *
 * @param environment without a hub cache, unless a test makes one
 */
record ServiceWorld(
    Path folder, Path models, Path data, JournalFolder journals, Map<String, String> environment) {

  /** A model {@code tiny} of so many blocks and a text {@code text.txt}. */
  static ServiceWorld in(Path folder, int blocks) {
    try {
      Path models = Files.createDirectories(folder.resolve("models"));
      Path data = Files.createDirectories(folder.resolve("data"));
      TinyCheckpoints.write(models.resolve("tiny"), TinyCheckpoints.llama().withBlocks(blocks));
      Files.writeString(data.resolve("text.txt"), "the river runs through a gate\n".repeat(40));
      return at(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@link #in} has made there before, perhaps in another process. */
  static ServiceWorld at(Path folder) {
    return new ServiceWorld(
        folder,
        folder.resolve("models"),
        folder.resolve("data"),
        new JournalFolder(folder.resolve("journal")),
        Map.of("HF_HUB_CACHE", folder.resolve("hub").toString()));
  }

  Roots roots() {
    return Roots.of(List.of(models), List.of(data), journals, environment);
  }

  JobQueue open() {
    return JobService.open(journals, roots(), JobListeners.NONE);
  }

  /** A plan of a sweep on them; more keys and values, which win. */
  static JobRequest sweep(String name, String... more) {
    Map<String, String> plan = new LinkedHashMap<>();
    plan.put("name", name);
    plan.put("model", "tiny");
    plan.put("calibration", "text.txt");
    plan.put("calibration-preset", "first");
    plan.put("sequences", "4");
    plan.put("length", "32");
    plan.put("threads", "1");
    plan.put("slice", "2");
    plan.put("until", "1");
    return new JobRequest(Job.Kind.SWEEP, with(plan, more), 0);
  }

  static Map<String, String> with(Map<String, String> plan, String... more) {
    Map<String, String> all = new LinkedHashMap<>(plan);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }
}
