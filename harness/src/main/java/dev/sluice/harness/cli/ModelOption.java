package dev.sluice.harness.cli;

import picocli.CommandLine.Option;

/** The option of every command that takes no plan but a model; in plans the key of its name. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Checkpoint folder, or a hub id in the local cache.")
  private String model = "";

  /** As the user named it. */
  String name() {
    return model;
  }
}
