package dev.sluice.harness.sweep;

import java.util.List;

class InMemoryJournalTest extends JournalContract {
  private List<SweepEvent> kept = List.of();

  @Override
  protected Journal open() {
    InMemoryJournal journal = new InMemoryJournal(kept);
    return new Journal() {
      @Override
      public List<SweepEvent> replay() {
        return journal.replay();
      }

      @Override
      public void append(SweepEvent event) {
        journal.append(event);
        kept = journal.replay();
      }

      @Override
      public void close() {
        journal.close();
      }
    };
  }
}
