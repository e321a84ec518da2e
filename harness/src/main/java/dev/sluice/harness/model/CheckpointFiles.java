package dev.sluice.harness.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of a checkpoint's folder.
 *
 * @param shards holding the weights, by name
 */
record CheckpointFiles(Path config, List<Path> shards) {
  private static final String CONFIG = "config.json";
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final long MAX_INDEX = 32L << 20;

  CheckpointFiles {
    shards = List.copyOf(shards);
  }

  /** Find the files of a folder, as transformers would: one file before an index. */
  static CheckpointFiles in(Path folder) {
    if (Files.isRegularFile(folder)) {
      throw new PrerequisiteException(
          folder + " is a file: give the folder that holds " + CONFIG + " and " + SINGLE);
    }
    if (!Files.isDirectory(folder)) {
      throw new PrerequisiteException(
          folder + " does not exist: give a folder that holds " + CONFIG + " and " + SINGLE);
    }
    Path config = folder.resolve(CONFIG);
    boolean hasSingle = Files.isRegularFile(folder.resolve(SINGLE));
    if (!hasSingle && !Files.exists(folder.resolve(INDEX))) {
      throw withoutWeights(folder);
    }
    if (!Files.isRegularFile(config)) {
      throw new PrerequisiteException(
          folder + " is no checkpoint: it has weights, but no " + CONFIG + " to describe them");
    }
    return new CheckpointFiles(
        config, hasSingle ? List.of(folder.resolve(SINGLE)) : indexed(folder));
  }

  private static PrerequisiteException withoutWeights(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      boolean pickled =
          files.anyMatch(f -> f.getFileName().toString().matches("pytorch_model.*\\.bin.*"));
      return new PrerequisiteException(pickled ? pickle(folder) : notFound(folder));
    } catch (IOException e) {
      return new PrerequisiteException(folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  private static String notFound(Path folder) {
    return folder
        + " is no checkpoint: looked for "
        + String.join(", ", CONFIG, SINGLE, INDEX)
        + ". Give the folder that a model was saved or downloaded to";
  }

  private static String pickle(Path folder) {
    return folder
        + " holds its weights as pytorch_model.bin, a pickle, which can run any code when it is"
        + " read. Convert it where you trust it: python -c \"from transformers import"
        + " AutoModelForCausalLM as M; M.from_pretrained('"
        + folder
        + "', dtype='auto').save_pretrained('"
        + folder
        + "', safe_serialization=True)\"";
  }

  private static List<Path> indexed(Path folder) {
    Path index = folder.resolve(INDEX);
    JsonNode map = StrictJson.tree(index, MAX_INDEX).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new PrerequisiteException(
          index + ": weight_map is missing or empty. Download the file again");
    }
    SortedSet<String> names = new TreeSet<>();
    map.properties().forEach(e -> names.add(shardName(index, e.getKey(), e.getValue())));
    List<Path> shards = names.stream().map(folder::resolve).toList();
    List<String> missing = new ArrayList<>();
    shards.stream()
        .filter(s -> !Files.isRegularFile(s))
        .forEach(s -> missing.add(s.getFileName().toString()));
    if (!missing.isEmpty()) {
      throw new PrerequisiteException(
          index
              + " names "
              + names.size()
              + " shards, of which "
              + LayoutCheck.some(missing)
              + (missing.size() == 1 ? " is" : " are")
              + " not there. Download what is missing");
    }
    return shards;
  }

  private static String shardName(Path index, String tensor, JsonNode value) {
    String name = value.isTextual() ? value.textValue() : "";
    if (!name.matches("[\\w.+-]+") || name.matches("\\.+")) {
      throw new PrerequisiteException(
          index
              + ": "
              + StrictJson.quote(value.isTextual() ? name : value.getNodeType().toString())
              + ", the shard of "
              + StrictJson.quote(tensor)
              + ", is no plain file name. Shards must lie beside the index");
    }
    return name;
  }
}
