package dev.sluice.harness.session;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The embedded model and its texts, laid out as a checkpoint folder; see its MODEL_CARD.md. */
public record DemoModel(Path folder) {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json",
          "calibration.txt",
          "heldout.txt",
          "MODEL_CARD.md");

  /** Unpack it, unless the files are there already. */
  public static DemoModel unpackedIn(Path folder) {
    try {
      Files.createDirectories(folder);
      for (String file : FILES) {
        unpack(file, folder.resolve(file));
      }
      return new DemoModel(folder);
    } catch (IOException e) {
      throw new PrerequisiteException(
          folder + ": cannot unpack the demo model there (" + e + "). Choose another --journal", e);
    }
  }

  private static void unpack(String name, Path file) throws IOException {
    try (InputStream in = DemoModel.class.getResourceAsStream("/demo/" + name)) {
      byte[] content = Objects.requireNonNull(in, name).readAllBytes();
      if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content)) {
        return;
      }
      Path part = Files.createTempFile(file.getParent(), name, ".part");
      Files.write(part, content);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  public Path calibration() {
    return folder.resolve("calibration.txt");
  }
}
