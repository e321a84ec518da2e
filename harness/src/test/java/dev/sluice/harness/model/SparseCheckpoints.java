package dev.sluice.harness.model;

import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** Writes checkpoints of any size that take no space: a header, and a hole for weights that are all 0. */
public final class SparseCheckpoints {
  private SparseCheckpoints() {}

  /** Write config and weights of a float32 model with a tied head; give the folder back. */
  public static Path write(Path folder, TinySpec spec) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), TinyCheckpoints.config(spec).toString());
      ModelConfig config =
          new ConfigReader(TinyCheckpoints.config(spec), "config.json").read(Dtype.FLOAT32);
      StringBuilder header = new StringBuilder("{");
      Set<String> seen = new LinkedHashSet<>();
      long at = 0;
      for (WeightLayout.Slot slot : new WeightLayout(config).all().toList()) {
        if (seen.add(slot.tensor())) {
          long end = at + 4 * slot.elements();
          header.append(
              "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]},"
                  .formatted(slot.tensor(), slot.shape(), at, end));
          at = end;
        }
      }
      header.setCharAt(header.length() - 1, '}');
      byte[] start = SafetensorsFile.bytes(header.toString(), new byte[0]);
      try (var file = new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
        file.write(start);
        file.setLength(start.length + at);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
