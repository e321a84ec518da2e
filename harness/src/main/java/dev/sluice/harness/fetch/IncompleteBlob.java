package dev.sluice.harness.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What has arrived of one file, {@code blobs/ETAG.incomplete}, with its checksum so far. It stays
 * when the process ends, however that happens, and the next one appends to it.
 */
final class IncompleteBlob implements AutoCloseable {
  private final HubFile file;
  private final Path path;
  private final FileChannel channel;
  private MessageDigest digest;
  private long length;

  private IncompleteBlob(HubFile file, Path path, FileChannel channel) {
    this.file = file;
    this.path = path;
    this.channel = channel;
    this.digest = Checksum.of(file.etag()).begin(file.size());
  }

  /** Open what an earlier process left, or begin. */
  static IncompleteBlob open(HubFile file, Path path) {
    try {
      IncompleteBlob blob =
          new IncompleteBlob(
              file,
              path,
              FileChannel.open(
                  path,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE));
      blob.takeIn();
      return blob;
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private void takeIn() throws IOException {
    if (channel.size() > file.size()) {
      discard();
      return;
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
    while (channel.read(buffer, length) > 0) {
      buffer.flip();
      length += buffer.remaining();
      digest.update(buffer);
      buffer.clear();
    }
  }

  /** Bytes that are here. */
  long length() {
    return length;
  }

  boolean full() {
    return length == file.size();
  }

  /** Append; never more than the file's size. */
  void append(byte[] bytes, int count) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
      while (buffer.hasRemaining()) {
        length += channel.write(buffer, length);
      }
      digest.update(bytes, 0, count);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** Begin anew. */
  void discard() {
    try {
      channel.truncate(0);
      length = 0;
      digest = Checksum.of(file.etag()).begin(file.size());
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** Whether the bytes are those that the hub names. To be asked once, when it is full. */
  boolean right() {
    String hex = HexFormat.of().formatHex(digest.digest());
    return Checksum.of(file.etag()) == Checksum.SIZE_ONLY || hex.equals(file.etag());
  }

  /** Make it the blob: on the disk first, then under its name. */
  void moveTo(Path blob) {
    try {
      channel.force(true);
      Files.move(path, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritable(blob, e);
    }
  }

  static PrerequisiteException unwritable(Path path, IOException e) {
    return new PrerequisiteException(
        path
            + " cannot be written: "
            + Shown.reason(e)
            + ". Make room or repair it, then run the same command: it goes on from there",
        e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** How an etag of the hub follows from a file's bytes. */
  private enum Checksum {
    /** Of the bytes: files in large file storage. */
    SHA256("SHA-256"),
    /** Of git's header and the bytes: files in git itself. */
    GIT_BLOB("SHA-1"),
    /** In no way that is known, as some mirrors do: only the size can be checked. */
    SIZE_ONLY("SHA-256");

    private final String algorithm;

    Checksum(String algorithm) {
      this.algorithm = algorithm;
    }

    static Checksum of(String etag) {
      if (etag.matches("[0-9a-f]{64}")) {
        return SHA256;
      }
      return etag.matches("[0-9a-f]{40}") ? GIT_BLOB : SIZE_ONLY;
    }

    /** A digest that has seen none of the file's bytes yet; git's header names their number. */
    MessageDigest begin(long size) {
      try {
        MessageDigest digest = MessageDigest.getInstance(algorithm);
        if (this == GIT_BLOB) {
          digest.update(("blob " + size + "\0").getBytes(US_ASCII));
        }
        return digest;
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has " + algorithm, e);
      }
    }
  }
}
