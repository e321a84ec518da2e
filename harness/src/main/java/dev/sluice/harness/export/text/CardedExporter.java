package dev.sluice.harness.export.text;

import dev.sluice.harness.export.DurableFiles;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Puts a card beside what another exporter writes. */
public final class CardedExporter implements Exporter {
  private static final String FILE = "README.md";
  private static final long USUAL_BYTES = 1 << 14;

  private final Exporter exporter;
  private final BiFunction<Export, List<String>, ModelCard.Facts> facts;

  /**
   * @param facts of an export and of the sentences that its exporter returned
   */
  public CardedExporter(
      Exporter exporter, BiFunction<Export, List<String>, ModelCard.Facts> facts) {
    this.exporter = exporter;
    this.facts = facts;
  }

  @Override
  public Optional<String> obstacle(Export export) {
    return exporter.obstacle(export);
  }

  @Override
  public long bytes(Export export) {
    return exporter.bytes(export) + USUAL_BYTES;
  }

  @Override
  public List<String> write(Export export, Path folder) throws IOException {
    List<String> notes = exporter.write(export, folder);
    DurableFiles.write(folder.resolve(FILE), ModelCard.of(facts.apply(export, notes)));
    return notes;
  }
}
