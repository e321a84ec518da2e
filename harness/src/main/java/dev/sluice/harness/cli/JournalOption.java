package dev.sluice.harness.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every command that takes no plan but a journal; in plans the key of its name. */
final class JournalOption {
  @Option(
      names = "--journal",
      paramLabel = "DIR",
      description = "Folder of the journals. Default: $SLUICE_JOURNAL, or ~/.local/state/sluice.")
  private @Nullable String folder;

  Optional<String> folder() {
    return Optional.ofNullable(folder);
  }
}
