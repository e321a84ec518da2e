package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is cut does not depend on how the work is cut up, nor on the order of prompts. */
class InvarianceTest {
  private static final int PROMPTS = 12;

  @TempDir private Path folder;
  private TinyWorld world;
  private Path prompts;

  @BeforeEach
  void writePrompts() throws IOException {
    world = TinyWorld.in(folder);
    prompts = Files.write(folder.resolve("prompts.txt"), lines());
  }

  private static List<String> lines() {
    Random random = new Random(5);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < PROMPTS; i++) {
      StringBuilder line = new StringBuilder();
      int length = 8 + random.nextInt(24);
      for (int c = 0; c < length; c++) {
        line.append((char) ('a' + random.nextInt(26)));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private List<Variant> cuts(String strategy, String name, Path text, String batchTokens) {
    world
        .run(
            "--strategy",
            strategy,
            "--measure",
            strategy.equals("blockpruner") ? "nll" : "kl",
            "--calibration",
            text.toString(),
            "--calibration-preset",
            "documents",
            "--sequences",
            Integer.toString(PROMPTS),
            "--length",
            "32",
            "--batch-tokens",
            batchTokens,
            "--until",
            "0.75",
            "--samples",
            "3",
            "--generations",
            "6",
            "--offspring",
            "4",
            "--name",
            name)
        .done();
    return SweepState.of(world.journals().read(name)).orElseThrow().steps().stream()
        .map(Step::variant)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "finercut",
        "blockpruner",
        "one-shot",
        "influence",
        "update-norm",
        "taylor",
        "angular-window",
        "cosine-window",
        "shapley",
        "shapley-windows",
        "beam",
        "gates"
      })
  void batchesAndTheOrderOfPromptsChangeNoCut(String strategy) throws IOException {
    List<Variant> cuts = cuts(strategy, "usual", prompts, "512");
    assertThat(cuts).isNotEmpty();
    assertThat(cuts(strategy, "small-batches", prompts, "33")).isEqualTo(cuts);
    List<String> shuffled = new ArrayList<>(lines());
    Collections.shuffle(shuffled, new Random(9));
    Path other = Files.write(folder.resolve("shuffled.txt"), shuffled);
    assertThat(cuts(strategy, "shuffled", other, "512")).as("seed 9").isEqualTo(cuts);
  }
}
