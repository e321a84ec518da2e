package dev.sluice.harness.sweep;

import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.variant.Candidate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A journal that lasts as long as the object: for tests of whoever writes one. */
public final class InMemoryJournal implements Journal {
  private record Key(int step, Candidate candidate) {}

  private final List<SweepEvent> events = new ArrayList<>();
  private final Set<Key> scored = new HashSet<>();
  private boolean closed;

  /** A journal of a sweep that has not started. */
  public InMemoryJournal() {}

  /** A journal as an earlier process left it. */
  public InMemoryJournal(List<SweepEvent> events) {
    events.forEach(this::append);
  }

  @Override
  public List<SweepEvent> replay() {
    requireOpen();
    return List.copyOf(events);
  }

  @Override
  public void append(SweepEvent event) {
    requireOpen();
    if (event instanceof SweepStarted != events.isEmpty()) {
      throw new IllegalArgumentException(
          "event " + (events.size() + 1) + " out of place: " + event);
    }
    if (event instanceof TrialsScored slice) {
      Set<Key> all = new HashSet<>(scored);
      for (Trial trial : slice.trials()) {
        if (!all.add(new Key(trial.step(), trial.candidate()))) {
          throw new IllegalArgumentException(
              "step " + trial.step() + " has a trial of " + trial.candidate() + " already");
        }
      }
      scored.addAll(all);
    }
    events.add(event);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the journal is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
