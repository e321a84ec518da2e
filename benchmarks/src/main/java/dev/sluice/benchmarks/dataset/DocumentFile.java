package dev.sluice.benchmarks.dataset;

import static java.util.Objects.requireNonNull;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** A file of rows, in the format that the end of its name says. */
public record DocumentFile(Path path) {
  public DocumentFile {
    requireNonNull(path, "path");
    DocumentFormat.of(path);
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
    return DocumentFormat.of(path).open(path);
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

  /** SHA-256 of the file's bytes in hex: what identifies the data in a result. */
  public String sha256() {
    try (InputStream in = Files.newInputStream(path);
        DigestInputStream digested = new DigestInputStream(in, sha256Digest())) {
      digested.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (IOException e) {
      throw new PrerequisiteException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
