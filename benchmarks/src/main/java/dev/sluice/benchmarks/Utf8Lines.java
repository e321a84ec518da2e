package dev.sluice.benchmarks;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a UTF-8 file, read one at a time and {@value #CHUNK} bytes ahead at most. A byte
 * order mark is skipped, a line ends with LF or CR LF. Not safe for use by several threads at
 * once.
 */
public final class Utf8Lines implements AutoCloseable {
  /** The longest line in bytes; it bounds the memory that a file without line ends can take. */
  static final int MAX_LINE = 16 << 20;

  static final int CHUNK = 8192;

  /** Opens a file; tests count what is read and closed here. */
  @FunctionalInterface
  public interface Opener {
    InputStream open(Path file) throws IOException;
  }

  private final Path file;
  private final InputStream in;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final byte[] chunk = new byte[CHUNK];
  private int position;
  private int limit;
  private byte[] line = new byte[256];
  private int length;
  private long number;
  private boolean terminated;

  private Utf8Lines(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  public static Utf8Lines open(Path file, Opener opener) {
    if (Files.isDirectory(file)) {
      throw new PrerequisiteException(file + " is a folder: name a text file in it");
    }
    try {
      return new Utf8Lines(file, opener.open(file));
    } catch (NoSuchFileException e) {
      throw new PrerequisiteException("no file " + file.toAbsolutePath() + ": check the path", e);
    } catch (AccessDeniedException e) {
      throw new PrerequisiteException("may not read " + file + ": check its permissions", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The next line without its end; null after the last one. */
  public @Nullable String next() {
    length = 0;
    terminated = false;
    while (!terminated && fill()) {
      int end = position;
      while (end < limit && chunk[end] != '\n') {
        end++;
      }
      append(end);
      terminated = end < limit;
      position = terminated ? end + 1 : end;
    }
    if (!terminated && length == 0) {
      return null;
    }
    number++;
    return decode();
  }

  /** The number of the line that {@link #next} gave last; the first line is 1. */
  public long number() {
    return number;
  }

  /** Whether the line that {@link #next} gave last has an end; the last of a file may lack it. */
  public boolean terminated() {
    return terminated;
  }

  /** An error at the line that {@link #next} gave last. */
  public PrerequisiteException error(String problem) {
    return new PrerequisiteException(file + ", line " + number + ": " + problem);
  }

  /** Whether there are bytes to take; reads a chunk where the last one is used up. */
  private boolean fill() {
    if (position == limit) {
      try {
        limit = Math.max(0, in.read(chunk));
      } catch (IOException e) {
        throw unreadable(file, e);
      }
      position = 0;
    }
    return position < limit;
  }

  private void append(int end) {
    int more = end - position;
    if (length + more > MAX_LINE) {
      number++;
      throw error("longer than " + MAX_LINE + " bytes. Break the text into lines");
    }
    if (length + more > line.length) {
      line = Arrays.copyOf(line, Math.max(2 * line.length, length + more));
    }
    System.arraycopy(chunk, position, line, length, more);
    length += more;
  }

  private String decode() {
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    int start = number == 1 && startsWithMark(end) ? 3 : 0;
    ByteBuffer bytes = ByteBuffer.wrap(line, start, end - start);
    CharBuffer text = CharBuffer.allocate(end - start);
    CoderResult result = decoder.reset().decode(bytes, text, true);
    if (result.isError()) {
      throw error(
          "byte %d of it, 0x%02X, is not UTF-8. Convert the file to UTF-8, for example with iconv"
              .formatted(bytes.position() + 1, bytes.get(bytes.position())));
    }
    return text.flip().toString();
  }

  private boolean startsWithMark(int end) {
    return end >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB && line[2] == (byte) 0xBF;
  }

  private static PrerequisiteException unreadable(Path file, IOException e) {
    return new PrerequisiteException("cannot read " + file + ": " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }
}
