package dev.sluice.harness.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes variants in one form. */
public interface Exporter {

  /**
   * Why this form cannot say what is asked, as a clause that follows "cannot write it: "; empty where
   * it can. Reads no weights.
   */
  Optional<String> obstacle(Export export);

  /** Bytes that {@link #write} is going to write, at least; within a few per cent. */
  long bytes(Export export);

  /**
   * Write all files, each forced to disk, with bounded memory.
   *
   * @param folder exists and is empty
   * @return what the user should know of the result, a sentence each: what is saved and what not, what
   *     loads it
   * @throws IOException if the disk refuses; the caller removes the folder
   */
  List<String> write(Export export, Path folder) throws IOException;
}
