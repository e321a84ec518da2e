package dev.sluice.harness.export;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes an export from the first check to the folder that has its name. */
public final class ExportRun {
  /** The record, the names of folders and such. */
  private static final long LITTLE = 1 << 20;

  private final Exporters exporters;
  private final Origin origin;

  /**
   * Where exports come from.
   *
   * @param model as the user or the sweep's plan named it
   * @param weights digest of the intact model's, in hexadecimal
   * @param release of Sluice
   */
  public record Origin(String model, String weights, String release, Instant time) {}

  /**
   * Where an export goes.
   *
   * @param force whether it replaces an earlier one
   */
  public record Target(Path folder, boolean force) {}

  /**
   * What was written.
   *
   * @param bytes of all files
   * @param digest of the weights, as {@code sluice inspect} shows it, where they are a checkpoint
   * @param sentences what the user should know of it
   */
  public record Written(Path folder, long bytes, Optional<String> digest, List<String> sentences) {

    public Written {
      sentences = List.copyOf(sentences);
    }
  }

  public ExportRun(Exporters exporters, Origin origin) {
    this.exporters = exporters;
    this.origin = origin;
  }

  /**
   * Write an export.
   *
   * @throws PrerequisiteException if the form cannot say it or the target cannot take it; nothing is then
   *     left of it
   */
  public Written run(Export export, ExportFormat format, Target to) {
    Exporter exporter = exporters.requireAble(export, format);
    requireElsewhere(export.checkpoint().folder(), to.folder());
    long bytes = exporter.bytes(export) + LITTLE;
    try (TargetFolder target = TargetFolder.open(to.folder(), to.force(), bytes)) {
      List<String> sentences = exporter.write(export, target.partial());
      Optional<String> digest = ExportRecord.write(export, format, origin, target.partial());
      long written = size(target.partial());
      target.publish();
      return new Written(target.target(), written, digest, sentences);
    } catch (IOException | UncheckedIOException e) {
      throw new PrerequisiteException(
          ("--out %s: it could not be written whole (%s), and nothing is left of it. Make space or check its"
                  + " rights, then repeat the command, or choose another --out")
              .formatted(to.folder(), e),
          e);
    }
  }

  /** Replacing the folder that is read would remove what is being exported. */
  private static void requireElsewhere(Path model, Path folder) {
    if (model.toAbsolutePath().normalize().startsWith(folder.toAbsolutePath().normalize())) {
      throw new PrerequisiteException(
          "--out " + folder + " is where the model lies: choose another --out");
    }
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    }
  }
}
