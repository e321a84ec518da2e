package dev.sluice.harness.sweep;

import dev.sluice.harness.evaluation.Instruments;
import java.util.List;

/** A journal that tells how long each event took to become durable. */
public record TimedJournal(Journal journal, Instruments instruments) implements Journal {
  @Override
  public List<SweepEvent> replay() {
    return journal.replay();
  }

  @Override
  public void append(SweepEvent event) {
    long begun = System.nanoTime();
    journal.append(event);
    instruments.journalled(System.nanoTime() - begun);
  }

  @Override
  public void close() {
    journal.close();
  }
}
