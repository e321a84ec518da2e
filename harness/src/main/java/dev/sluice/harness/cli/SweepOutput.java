package dev.sluice.harness.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that runs a sweep: where it is kept and what is printed. */
final class SweepOutput {
  @Option(
      names = "--journal",
      paramLabel = "DIR",
      description = "Folder of the journals. Default: $SLUICE_JOURNAL, or ~/.local/state/sluice.")
  @Nullable Path journal;

  @Option(
      names = "--json",
      description = "Print events as JSON lines on stdout, and no report at the end.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress on stderr.")
  boolean quiet;
}
