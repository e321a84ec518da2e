package dev.sluice.benchmarks.dataset;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a split one after another; indexes count through, lines begin anew. */
final class PartsReader implements DocumentReader {
  private final Iterator<Path> parts;
  private DocumentReader part;
  private long index;

  /**
   * @param parts at least one
   */
  PartsReader(List<Path> parts) {
    this.parts = parts.iterator();
    this.part = open(this.parts.next());
  }

  private static DocumentReader open(Path file) {
    return DocumentFormat.of(file).open(file);
  }

  @Override
  public @Nullable Document next() {
    try {
      Document document = part.next();
      while (document == null && parts.hasNext()) {
        part.close();
        part = open(parts.next());
        document = part.next();
      }
      return document == null ? null : document.at(index++);
    } catch (BadRowException e) {
      index++;
      throw e;
    }
  }

  @Override
  public void close() {
    part.close();
  }
}
