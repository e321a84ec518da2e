package dev.sluice.harness.cli;

import picocli.CommandLine.Option;

/** Options of every command that runs a sweep: what is printed. */
final class SweepOutput {
  @Option(
      names = "--json",
      description = "Print events as JSON lines on stdout, and no report at the end.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress on stderr.")
  boolean quiet;
}
