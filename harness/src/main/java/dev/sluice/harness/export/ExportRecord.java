package dev.sluice.harness.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightsDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes what an export was made of, and what came out, beside it. */
final class ExportRecord {
  /** The file's name, the same for every form. */
  static final String FILE = "sluice.json";

  private ExportRecord() {}

  /**
   * Describe a folder that is written but for this file.
   *
   * @return digest of the result's weights as {@link WeightsDigest} gives it, where it is a checkpoint
   */
  static Optional<String> write(
      Export export, ExportFormat format, ExportRun.Origin origin, Path folder) throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("format", format.id());
    ObjectNode variant = root.putObject("variant").put("name", export.name());
    ArrayNode cuts = variant.putArray("cuts");
    export.variant().cuts().forEach(c -> cuts.add(c.toString()));
    root.putObject("source")
        .put("model", origin.model())
        .put("weightsDigest", "sha256:" + origin.weights());
    root.put("dtype", export.dtype().map(Dtype::id).orElse("keep"));
    parameters(export, root.putObject("parameters"));
    Optional<String> digest = result(folder, root.putObject("result"));
    root.put("sluice", origin.release()).put("created", origin.time().toString());
    DurableFiles.write(folder.resolve(FILE), root.toPrettyString() + "\n");
    return digest;
  }

  private static void parameters(Export export, ObjectNode node) {
    Checkpoint checkpoint = export.checkpoint();
    long all = checkpoint.layout().parameters();
    List<Sublayer> cuts = export.variant().cuts();
    long cut = cuts.stream().mapToLong(checkpoint.layout()::parameters).sum();
    node.put("intact", all).put("kept", all - cut);
  }

  private static Optional<String> result(Path folder, ObjectNode node) throws IOException {
    Optional<String> digest = Optional.empty();
    if (Files.exists(folder.resolve("config.json"))) {
      try (Checkpoint written = Checkpoint.open(folder)) {
        digest = Optional.of(WeightsDigest.compute(written));
      }
    }
    digest.ifPresent(d -> node.put("weightsDigest", "sha256:" + d));
    ArrayNode files = node.putArray("files");
    for (Path file : files(folder)) {
      ObjectNode entry = files.addObject().put("name", file.getFileName().toString());
      entry.put("bytes", Files.size(file));
      if (digest.isEmpty()) {
        entry.put("sha256", WeightsDigest.sha256(file));
      }
    }
    return digest;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }
}
