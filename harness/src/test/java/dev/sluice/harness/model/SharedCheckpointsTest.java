package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that transformers wrote, where they are at hand. */
class SharedCheckpointsTest {
  @TempDir Path home;

  @Test
  void checkpointsOfTheSupportedFamiliesOpenAndHaveADigest() {
    for (String name :
        List.of(
            "golden/llama-gqa-tied",
            "golden/llama-untied-bias",
            "golden/mistral-sliding",
            "golden/qwen2",
            "golden/gemma2",
            "golden/gpt-neox",
            "golden/gpt2",
            "golden/mixtral",
            "data/models/stories260K",
            "demo/model")) {
      try (Checkpoint checkpoint = Checkpoint.open(shared(name))) {
        assertThat(checkpoint.tensors().values().stream().mapToLong(TensorInfo::elements).sum())
            .as("parameters of %s", name)
            .isEqualTo(checkpoint.layout().parameters());
        assertThat(WeightsDigest.of(checkpoint, home.resolve("digests.json")))
            .as("digest of %s", name)
            .matches("[0-9a-f]{64}");
      }
    }
  }

  @Test
  void knownModelsAreReadAsTheyAre() {
    try (Checkpoint checkpoint = Checkpoint.open(shared("golden/mistral-sliding"))) {
      assertThat(checkpoint.config().attention().windows())
          .containsExactly(OptionalInt.of(12), OptionalInt.of(12));
    }
    try (Checkpoint checkpoint = Checkpoint.open(shared("demo/model"))) {
      assertThat(checkpoint.config().blocks()).isEqualTo(12);
      assertThat(checkpoint.tokenizerFile()).isPresent();
      assertThat(checkpoint.tensors().values())
          .allMatch(t -> t.dtype() == checkpoint.config().storedDtype());
    }
  }

  private static Path shared(String name) {
    Path folder = Path.of(System.getProperty("sluice.shared", "")).resolve(name);
    assumeTrue(Files.isDirectory(folder), folder + " is absent: -Dsluice.shared says where it is");
    return folder;
  }
}
