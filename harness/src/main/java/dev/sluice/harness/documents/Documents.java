package dev.sluice.harness.documents;

import dev.sluice.harness.journal.JournalFolder;

/** Everything that can be read under the contract's findings and inventory. */
public final class Documents {
  public Documents(JournalFolder journals) {}
}
