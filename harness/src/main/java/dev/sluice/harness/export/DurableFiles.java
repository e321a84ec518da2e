package dev.sluice.harness.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes small files so that they are on disk when the call returns. */
public final class DurableFiles {
  private DurableFiles() {}

  /** Write a new text file. */
  public static void write(Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Size of a text file. */
  public static long bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  /** Copy a file of any size. */
  public static void copy(Path from, Path to) throws IOException {
    try (FileChannel source = FileChannel.open(from);
        FileChannel target =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = source.size();
      for (long at = 0; at < size; ) {
        long copied = source.transferTo(at, size - at, target);
        if (copied <= 0) {
          throw new IOException(from + " became shorter while it was copied");
        }
        at += copied;
      }
      target.force(true);
    }
  }

  /** Make the names in a folder durable. */
  public static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }
}
