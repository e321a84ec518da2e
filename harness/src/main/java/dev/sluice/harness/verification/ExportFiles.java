package dev.sluice.harness.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.StrictJson;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An export on disk and what its {@code sluice.json} says of it.
 *
 * @param weights a checkpoint's folder, or a GGUF file
 * @param record empty where there is none, as beside files that were moved
 */
record ExportFiles(Path weights, Optional<JsonNode> record) {
  private static final String GGUF = "model.gguf";

  /**
   * Find what there is to run.
   *
   * @param place the folder of an export, or the file in it
   */
  static ExportFiles at(Path place) {
    if (!Files.exists(place)) {
      throw new PrerequisiteException(
          place + ": no such file or folder. Name what sluice export wrote");
    }
    Path folder = Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
    Path described = folder == null ? place : folder.resolve("sluice.json");
    Optional<JsonNode> record =
        Files.isRegularFile(described) ? Optional.of(read(described)) : Optional.empty();
    if (!Files.isDirectory(place)) {
      return new ExportFiles(place, record);
    }
    if (Files.isRegularFile(place.resolve(GGUF))) {
      return new ExportFiles(place.resolve(GGUF), record);
    }
    requireWeights(place);
    return new ExportFiles(place, record);
  }

  private static JsonNode read(Path described) {
    try {
      return StrictJson.document(Files.readAllBytes(described), described.toString());
    } catch (IOException e) {
      throw new PrerequisiteException(described + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireWeights(Path folder) {
    if (Files.isRegularFile(folder.resolve("mergekit.yaml"))) {
      throw new PrerequisiteException(
          folder
              + " is a recipe and has no weights: run mergekit-yaml on it, then verify the folder that"
              + " mergekit wrote");
    }
    if (Files.isRegularFile(folder.resolve("masks.json"))) {
      throw new PrerequisiteException(
          folder
              + " is a list of cuts and has no weights: sluice eval --variants mask:"
              + folder.resolve("masks.json")
              + " evaluates it");
    }
  }

  boolean isGguf() {
    return Files.isRegularFile(weights);
  }

  /** The form that it was written in, or what it looks like. */
  String form() {
    return record
        .map(r -> r.path("format").asText(""))
        .filter(f -> !f.isEmpty())
        .orElse(isGguf() ? "gguf" : "checkpoint");
  }

  /** What it says that it cuts; empty where it says nothing. */
  Optional<String> cuts() {
    return record
        .map(r -> r.path("variant").path("cuts"))
        .filter(JsonNode::isArray)
        .map(cuts -> {
          StringBuilder names = new StringBuilder();
          cuts.forEach(c -> names.append(names.isEmpty() ? "" : ",").append(c.asText()));
          return names.isEmpty() ? "intact" : names.toString();
        });
  }

  /** Fail if the bytes are not those that were written. */
  void requireUndamaged() {
    String recorded =
        record
            .map(r -> r.path("result"))
            .map(r -> isGguf() ? fileDigest(r) : r.path("weightsDigest").asText(""))
            .orElse("");
    if (!recorded.isEmpty() && !recorded.endsWith(digest())) {
      throw new PrerequisiteException(
          weights
              + " does not hold what was written (its sha256 is not the one in sluice.json): copy it again,"
              + " or repeat the export");
    }
  }

  private String fileDigest(JsonNode result) {
    for (JsonNode file : result.path("files")) {
      if (file.path("name").asText().equals(String.valueOf(weights.getFileName()))) {
        return file.path("sha256").asText("");
      }
    }
    return "";
  }

  private String digest() {
    if (isGguf()) {
      return WeightsDigest.sha256(weights);
    }
    try (Checkpoint checkpoint = Checkpoint.open(weights)) {
      return WeightsDigest.compute(checkpoint);
    }
  }
}
