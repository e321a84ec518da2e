package dev.sluice.harness.export.text;

import dev.sluice.harness.export.DurableFiles;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exporter;
import dev.sluice.harness.masks.SluiceMask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes what is cut as {@code masks.json}, in our own form. */
public final class MasksExporter implements Exporter {
  private static final String FILE = "masks.json";

  @Override
  public Optional<String> obstacle(Export export) {
    return export.variant().cuts().isEmpty()
        ? Optional.of("the variant cuts nothing, so there is nothing to list")
        : Optional.empty();
  }

  @Override
  public long bytes(Export export) {
    return DurableFiles.bytes(text(export));
  }

  @Override
  public List<String> write(Export export, Path folder) throws IOException {
    DurableFiles.write(folder.resolve(FILE), text(export));
    return List.of(
        export.cuts().ordered()
            ? "The cuts stand in the order in which they were made: any first ones are a variant."
            : "The order of the cuts is not known: only all of them together are a variant.",
        "To take the list as a variant: --variants mask:" + FILE + ".");
  }

  private static String text(Export export) {
    return SluiceMask.write(export.cuts(), export.checkpoint().config().blocks());
  }
}
