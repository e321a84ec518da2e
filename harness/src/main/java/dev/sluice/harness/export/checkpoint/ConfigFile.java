package dev.sluice.harness.export.checkpoint;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.export.DurableFiles;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.family.Family;
import dev.sluice.harness.model.family.Setting;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The config.json of an export: the source's, in its order, with what the export changes. */
final class ConfigFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .build();

  private static final String DTYPE = "dtype";
  private static final String OLD_DTYPE = "torch_dtype";

  /** Keys under which one family or another counts its blocks; some configs have two. */
  private static final List<String> COUNTS =
      List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers");

  private final ModelConfig config;
  private final Family family;
  private final ObjectNode root;
  private boolean namesWindows;

  private ConfigFile(ModelConfig config, ObjectNode root) {
    this.config = config;
    this.family = Family.of(config.family());
    this.root = root;
  }

  static ConfigFile of(Checkpoint checkpoint) {
    Path file = checkpoint.folder().resolve("config.json");
    try {
      return new ConfigFile(checkpoint.config(), (ObjectNode) JSON.readTree(file.toFile()));
    } catch (IOException e) {
      throw new PrerequisiteException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  ObjectNode root() {
    return root;
  }

  /** Whether the source counted the blocks with a window and this lists them. */
  boolean namesWindows() {
    return namesWindows;
  }

  /** Say in which type the weights are stored. */
  void dtype(Dtype dtype) {
    boolean stated = root.has(DTYPE) || root.has(OLD_DTYPE);
    for (String key : List.of(DTYPE, OLD_DTYPE)) {
      if (root.has(key) || (!stated && key.equals(OLD_DTYPE))) {
        root.put(key, dtype.id());
      }
    }
  }

  /** Leave out blocks, and what is said of them block by block. */
  void keep(KeptBlocks kept) {
    if (kept.all()) {
      return;
    }
    // Before the lists are cut: a count says how long they are.
    windows(kept);
    experts(kept);
    Set<String> own = Set.copyOf(family.setting("experts-not-in").keys());
    root.properties().stream()
        .filter(e -> !own.contains(e.getKey()) && isPerBlock(e.getKey(), e.getValue()))
        .toList()
        .forEach(e -> root.set(e.getKey(), picked((ArrayNode) e.getValue(), kept)));
    for (String key : COUNTS) {
      if (root.path(key).asInt() == kept.before()) {
        root.put(key, kept.blocks().size());
      }
    }
    family.setting("blocks").keys().stream()
        .filter(root::hasNonNull)
        .findFirst()
        .ifPresent(key -> root.put(key, kept.blocks().size()));
  }

  /** Lists of tokens may be as long as the model is deep. */
  private boolean isPerBlock(String key, JsonNode value) {
    return value.isArray()
        && value.size() == config.blocks()
        && !key.equals("architectures")
        && !key.matches(".*token.*");
  }

  private static ArrayNode picked(ArrayNode list, KeptBlocks kept) {
    ArrayNode picked = JSON.createArrayNode();
    kept.blocks().forEach(b -> picked.add(list.get(b)));
    return picked;
  }

  private void windows(KeptBlocks kept) {
    List<OptionalInt> windows = config.attention().windows();
    boolean any = windows.stream().anyMatch(OptionalInt::isPresent);
    Setting from = family.setting("window-blocks");
    Setting types = family.setting("window-types");
    boolean listed = types.keys().stream().anyMatch(root::hasNonNull);
    if (family.word("window-blocks").equals("even") && any && !listed) {
      namesWindows = true;
      ArrayNode list = root.putArray(types.keys().getFirst());
      windows.forEach(w -> list.add(w.isPresent() ? "sliding_attention" : "full_attention"));
    }
    from.keys().stream()
        .filter(key -> from.otherwise().isPresent() && (any || root.hasNonNull(key)))
        .forEach(key -> firstWithWindow(key, from, kept));
  }

  private void firstWithWindow(String key, Setting setting, KeptBlocks kept) {
    int first =
        root.hasNonNull(key)
            ? root.get(key).asInt()
            : Integer.parseInt(setting.otherwise().orElseThrow());
    root.put(key, (int) kept.blocks().stream().filter(b -> b < first).count());
  }

  /** A step that blocks were counted by is lost with the first of them, so those without are listed. */
  private void experts(KeptBlocks kept) {
    Optional<String> step = family.setting("experts-step").keys().stream().findFirst();
    Optional<String> list = family.setting("experts-not-in").keys().stream().findFirst();
    if (step.isEmpty() || list.isEmpty()) {
      return;
    }
    root.put(step.get(), 1);
    ArrayNode dense = root.putArray(list.get());
    for (int i = 0; i < kept.blocks().size(); i++) {
      if (config.experts(kept.blocks().get(i)).isEmpty()) {
        dense.add(i);
      }
    }
  }

  void write(Path folder) throws IOException {
    DurableFiles.write(folder.resolve("config.json"), text());
  }

  private String text() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (IOException e) {
      throw new IllegalStateException("a tree can be written to memory", e);
    }
  }
}
