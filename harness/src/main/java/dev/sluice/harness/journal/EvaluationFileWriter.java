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
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** Writes an {@link EvaluationFile}. */
final class EvaluationFileWriter implements EvaluationWriter {
  private final Path path;
  private final Path part;
  private final BufferedWriter out;
  private boolean open = true;

  EvaluationFileWriter(Path path, Evaluation evaluation) {
    this.path = path;
    try {
      Files.createDirectories(path.getParent());
      part = path.resolveSibling(path.getFileName() + "." + UUID.randomUUID() + ".part");
      out =
          new BufferedWriter(
              new OutputStreamWriter(
                  new GZIPOutputStream(
                      Files.newOutputStream(
                          part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)),
                  UTF_8));
      line(new EvaluationFile.Head(EvaluationFile.FORMAT, evaluation));
    } catch (IOException e) {
      throw unwritable(e);
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
      out.close();
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
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
