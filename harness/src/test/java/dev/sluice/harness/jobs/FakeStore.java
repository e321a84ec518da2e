package dev.sluice.harness.jobs;

import dev.sluice.scorers.PrerequisiteException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps jobs as long as the test runs; outlives the queue as a file would. */
final class FakeStore implements JobStore {
  final Map<String, Kept> kept = new ConcurrentHashMap<>();

  /** While true, nothing can be written. */
  volatile boolean full;

  @Override
  public List<Kept> load() {
    return List.copyOf(kept.values());
  }

  @Override
  public void save(Kept job) {
    requireRoom();
    kept.put(job.job().name(), job);
  }

  @Override
  public void remove(String name) {
    requireRoom();
    kept.remove(name);
  }

  private void requireRoom() {
    if (full) {
      throw new PrerequisiteException("no space left");
    }
  }

  @Override
  public void close() {}
}
