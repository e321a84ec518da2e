package dev.sluice.benchmarks.dataset;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A format that rows are kept in, known by the end of a file's name. */
public enum DocumentFormat {
  /** Columns with types and nested values; rows in the file's order. */
  PARQUET(".parquet"),
  /** One JSON object a line. */
  JSON_LINES(".jsonl .ndjson"),
  /** An array of objects, or one object a line: both are named like this. */
  JSON(".json"),
  /** Comma-separated with a header, quoted as in RFC 4180; all values are texts. */
  CSV(".csv"),
  /** Separated by tabs with a header; quotes are part of the text, as in GLUE's files. */
  TSV(".tsv"),
  /** Plain text: a line a row, with its line end, in the field {@code text}. */
  TEXT(".txt .raw");

  private final String suffixes;

  DocumentFormat(String suffixes) {
    this.suffixes = suffixes;
  }

  /**
   * The format of a file.
   *
   * @throws PrerequisiteException if its name ends like none
   */
  public static DocumentFormat of(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> format.suffixes().anyMatch(name::endsWith))
        .findFirst()
        .orElseThrow(() ->
            new PrerequisiteException(
                file
                    + ": rows are read from "
                    + String.join(", ", allSuffixes())
                    + ". Convert it to one of these"));
  }

  /** The ends of all names, dot included, in order of preference. */
  public static List<String> allSuffixes() {
    return Arrays.stream(values()).flatMap(DocumentFormat::suffixes).toList();
  }

  private Stream<String> suffixes() {
    return Arrays.stream(suffixes.split(" "));
  }

  /** Opens a file; the caller closes what it gets. */
  public DocumentReader open(Path file) {
    return switch (this) {
      case PARQUET -> new ParquetReader(file);
      case JSON_LINES -> new JsonLinesReader(file);
      case JSON ->
          JsonArrayReader.holdsArray(file) ? new JsonArrayReader(file) : new JsonLinesReader(file);
      case CSV -> new DelimitedReader(file, ',', true);
      case TSV -> new DelimitedReader(file, '\t', false);
      case TEXT -> new TextReader(file);
    };
  }
}
