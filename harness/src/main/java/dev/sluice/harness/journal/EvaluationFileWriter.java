package dev.sluice.harness.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.EvaluationWriter;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.scorers.PrerequisiteException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** Writes an {@link EvaluationFile}, beside its place until it is whole. */
final class EvaluationFileWriter implements EvaluationWriter {
  private final Path path;
  private final Path part;
  private final FileChannel channel;
  private final GZIPOutputStream compressed;
  private final BufferedWriter out;
  private boolean open = true;

  EvaluationFileWriter(Path path, Evaluation evaluation) {
    this.path = path;
    try {
      Files.createDirectories(path.getParent());
      removeLeftovers(path);
      part = path.resolveSibling(path.getFileName() + "." + UUID.randomUUID() + ".part");
      channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      // Held until the end, so that others see that this is no leftover.
      channel.lock();
      compressed = new GZIPOutputStream(Channels.newOutputStream(channel), 1 << 16);
      out = new BufferedWriter(new OutputStreamWriter(compressed, UTF_8));
      line(new EvaluationFile.Head(EvaluationFile.FORMAT, evaluation));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** What killed processes have left is not locked any more. */
  private static void removeLeftovers(Path path) throws IOException {
    try (DirectoryStream<Path> parts =
        Files.newDirectoryStream(path.getParent(), path.getFileName() + ".*.part")) {
      for (Path leftover : parts) {
        if (abandoned(leftover)) {
          Files.deleteIfExists(leftover);
        }
      }
    }
  }

  private static boolean abandoned(Path part) throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Another writer of this process.
      return false;
    } catch (NoSuchFileException e) {
      // Finished meanwhile.
      return false;
    }
  }

  @Override
  public void add(ScoredItem item) {
    try {
      line(new EvaluationFile.Line(Optional.of(item), Optional.empty()));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  @Override
  public EvaluationReader finish(Evaluation.End end) {
    try {
      line(new EvaluationFile.Line(Optional.empty(), Optional.of(end)));
      out.flush();
      compressed.finish();
      channel.force(true);
      out.close();
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
      open = false;
    } catch (IOException e) {
      throw unwritable(e);
    }
    return EvaluationFile.open(path);
  }

  private void line(Object value) throws IOException {
    out.write(EvaluationFile.JSON.writeValueAsString(value));
    out.write('\n');
  }

  private PrerequisiteException unwritable(IOException e) {
    return new PrerequisiteException(
        path
            + " cannot be written ("
            + e
            + "): check the disk's space and the folder's rights, then run the same command again;"
            + " what was answered is kept",
        e);
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      out.close();
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }
}
