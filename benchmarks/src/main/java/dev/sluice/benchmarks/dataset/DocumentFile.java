package dev.sluice.benchmarks.dataset;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * A file of rows, in the format that the end of its name says, or several that hold the rows one
 * after another.
 *
 * @param parts in the order of their rows, at least one
 */
public record DocumentFile(List<Path> parts) {
  public DocumentFile {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("no parts: at least one is needed");
    }
    parts.forEach(DocumentFormat::of);
  }

  public DocumentFile(Path file) {
    this(List.of(file));
  }

  /**
   * The rows, read as they are asked for. Cold: each subscriber opens the file anew, a cancel
   * closes it; emits on the thread that asks.
   *
   * @param tally of one subscriber: takes note of unreadable rows and of the end; the others are
   *     counted by who uses them
   */
  public Flux<Document> documents(RowTally tally) {
    return Flux.generate(
            this::open,
            (DocumentReader reader, SynchronousSink<Document> sink) -> emit(reader, tally, sink),
            DocumentReader::close)
        // Without fusion a cancel never closes the file while another thread is reading a row.
        .hide();
  }

  /** Opens the file to read it row by row; the caller closes what it gets. */
  public DocumentReader open() {
    return new PartsReader(parts);
  }

  private static DocumentReader emit(
      DocumentReader reader, RowTally tally, SynchronousSink<Document> sink) {
    Document document = nextUsable(reader, tally);
    if (document == null) {
      tally.end();
      sink.complete();
    } else {
      sink.next(document);
    }
    return reader;
  }

  private static @Nullable Document nextUsable(DocumentReader reader, RowTally tally) {
    while (true) {
      try {
        return reader.next();
      } catch (BadRowException e) {
        tally.row();
        tally.bad(e);
      }
    }
  }

  /**
   * SHA-256 in hex of the bytes of all parts, one after the other, as {@code cat} gives them: what
   * identifies the data in a result.
   */
  public String sha256() {
    DigestOutputStream digest =
        new DigestOutputStream(OutputStream.nullOutputStream(), sha256Digest());
    for (Path part : parts) {
      try (InputStream in = Files.newInputStream(part)) {
        in.transferTo(digest);
      } catch (IOException e) {
        throw new PrerequisiteException("cannot read " + part + ": " + e.getMessage(), e);
      }
    }
    return HexFormat.of().formatHex(digest.getMessageDigest().digest());
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The path of the first part and the number of others, for messages. */
  @Override
  public String toString() {
    int others = parts.size() - 1;
    return parts.getFirst() + (others == 0 ? "" : " and " + others + " more parts");
  }
}
