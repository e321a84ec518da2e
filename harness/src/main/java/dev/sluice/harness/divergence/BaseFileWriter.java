package dev.sluice.harness.divergence;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a {@link BaseFile}, which is there once it is whole. Not safe for use by several threads at
 * once.
 */
final class BaseFileWriter implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final FileChannel channel;
  private final ByteBuffer row;

  BaseFileWriter(Path file, Chunks chunks, int vocabulary) {
    this.file = file.toAbsolutePath();
    this.row = ByteBuffer.allocate(BaseRow.size(vocabulary)).order(ByteOrder.LITTLE_ENDIAN);
    try {
      this.part = Files.createTempFile(this.file.getParent(), "base", ".part");
      this.channel = FileChannel.open(part, StandardOpenOption.WRITE);
      write(head(chunks, vocabulary));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static ByteBuffer head(Chunks chunks, int vocabulary) {
    int[] tokens = chunks.tokens();
    ByteBuffer head =
        ByteBuffer.allocate(BaseFile.HEAD + Integer.BYTES * tokens.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(BaseFile.MAGIC)
            .putInt(chunks.context())
            .putInt(vocabulary)
            .putInt(chunks.count());
    for (int token : tokens) {
      head.putInt(token);
    }
    return head.flip();
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Write the logits after the next scored token. */
  void add(float[] logits) {
    row.clear();
    BaseRow.write(logits, row);
    try {
      write(row.flip());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Put the file in its place. */
  void finish() {
    try {
      channel.force(true);
      channel.close();
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private PrerequisiteException failed(IOException e) {
    return new PrerequisiteException(
        file + ": cannot be written (" + e + "). Choose a folder that can, with enough room", e);
  }

  /** What was not finished is removed. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
