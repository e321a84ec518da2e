package dev.sluice.harness.sweep;

import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.scorers.PrerequisiteException;
import java.util.List;

/** A journal that has room for everything but scores. */
record FullJournal(Journal journal) implements Journal {
  @Override
  public List<SweepEvent> replay() {
    return journal.replay();
  }

  @Override
  public void append(SweepEvent event) {
    if (event instanceof TrialsScored) {
      throw new PrerequisiteException("disk full");
    }
    journal.append(event);
  }

  @Override
  public void close() {}
}
