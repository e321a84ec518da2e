package dev.sluice.harness.divergence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.scorers.PrerequisiteException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file of llama.cpp's {@code --kl-divergence-base}: tokens of a text in chunks, and what a model says
 * after each scored one. Holds one chunk at a time. Not safe for use by several threads at once.
 */
final class BaseFile implements AutoCloseable {
  static final byte[] MAGIC = "_logits_".getBytes(US_ASCII);

  /** Magic, tokens of a chunk, vocabulary, chunks. */
  static final int HEAD = 8 + 3 * Integer.BYTES;

  private final Path file;
  private final FileChannel channel;
  private final int context;
  private final int vocabulary;
  private final int chunks;
  private final int[] tokens;

  private BaseFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    ByteBuffer head = read(0, HEAD);
    byte[] magic = new byte[MAGIC.length];
    head.get(magic);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      throw new PrerequisiteException(
          file + ": no base file. Write one with --save-base, or llama.cpp's --kl-divergence-base");
    }
    this.context = head.getInt();
    this.vocabulary = head.getInt();
    this.chunks = head.getInt();
    requireWhole();
    this.tokens = new int[context * chunks];
    read(HEAD, (long) Integer.BYTES * tokens.length).asIntBuffer().get(tokens);
  }

  /**
   * Open a file.
   *
   * @throws PrerequisiteException if it is none, or is cut off
   */
  static BaseFile open(Path file) {
    FileChannel channel = null;
    BaseFile opened = null;
    try {
      channel = FileChannel.open(file);
      opened = new BaseFile(file, channel);
      return opened;
    } catch (EOFException e) {
      throw new PrerequisiteException(file + ": cut off, or no base file. Write it again", e);
    } catch (IOException e) {
      throw new PrerequisiteException(file + ": cannot be read (" + e + ")", e);
    } finally {
      if (opened == null && channel != null) {
        close(channel);
      }
    }
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void requireWhole() throws IOException {
    boolean sound = context >= 4 && vocabulary > 0 && chunks > 0;
    long tokenBytes = (long) Integer.BYTES * context * chunks;
    if (!sound || tokenBytes > Integer.MAX_VALUE || channel.size() < HEAD + tokenBytes) {
      throw new EOFException();
    }
    if (channel.size() < HEAD + tokenBytes + chunks * chunkBytes()) {
      throw new EOFException();
    }
  }

  private long chunkBytes() {
    return (long) (context - 1 - context / 2) * BaseRow.size(vocabulary);
  }

  private ByteBuffer read(long from, long bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip();
  }

  /** Tokens of a chunk. */
  int context() {
    return context;
  }

  int vocabulary() {
    return vocabulary;
  }

  int chunks() {
    return chunks;
  }

  /** All tokens, as the text has them. */
  int[] tokens() {
    return tokens.clone();
  }

  /** What the base says after one scored token. */
  BaseRow row(int chunk, int place) {
    long rows = (long) chunk * (context - 1 - context / 2) + place;
    long from = HEAD + (long) Integer.BYTES * tokens.length + rows * BaseRow.size(vocabulary);
    try {
      return new BaseRow(read(from, BaseRow.size(vocabulary)), vocabulary);
    } catch (IOException e) {
      throw new PrerequisiteException(file + ": cannot be read (" + e + ")", e);
    }
  }

  @Override
  public void close() {
    close(channel);
  }
}
