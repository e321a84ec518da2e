package dev.sluice.harness.cli;

import dev.sluice.scorers.PrerequisiteException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every command that takes no plan but a model; in plans the key of its name. */
final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Checkpoint folder, or a hub id in the local cache.")
  private @Nullable String model;

  /** As the user named it; empty where another place may say. */
  Optional<String> given() {
    return Optional.ofNullable(model);
  }

  /** As the user named it. */
  String name() {
    if (model == null) {
      throw new PrerequisiteException(
          "--model is missing: name a checkpoint folder, or a hub id in the local cache");
    }
    return model;
  }
}
