package dev.sluice.harness.service;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for what is under roots, to a bounded depth and number. Used once. */
public final class Inventory {
  /** Models, and texts, that are listed at most. */
  public static final int MOST = 500;

  private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);
  private static final int DEPTH = 5;
  private static final int MOST_ENTRIES = 20_000;
  private static final Pattern HUB_MODEL = Pattern.compile("models--(.+)");
  private static final Pattern TEXT = Pattern.compile("(?i).+\\.(txt|text|md|json|jsonl|ndjson)");

  /** Folders of a hub cache that hold nothing under the names that users know. */
  private static final Set<String> HIDDEN = Set.of("blobs", "refs", ".locks", ".git");

  private final Roots roots;
  private final Confinement confinement;
  private final Set<Path> seen = new HashSet<>();
  private int entries;

  /**
   * A checkpoint.
   *
   * @param name that plans may use
   * @param config empty where it cannot be read
   * @param bytes of its weights
   * @param problem why it cannot be used
   */
  public record Model(
      String name, Optional<ModelConfig> config, long bytes, Optional<String> problem) {}

  /**
   * A file that can be calibration text.
   *
   * @param name that plans may use
   */
  public record Text(String name, long bytes) {}

  Inventory(Roots roots, Confinement confinement) {
    this.roots = roots;
    this.confinement = confinement;
  }

  List<Model> models(List<Roots.Root> under, Optional<Path> hub, Path demo) {
    Map<String, Path> found = new LinkedHashMap<>();
    found.put(Roots.DEMO, demo);
    for (Roots.Root root : under) {
      if (hub.filter(root.real()::equals).isPresent()) {
        hubModels(root.real(), found);
      } else {
        walk(root, 0, root.real(), (name, folder) -> model(name, folder, found));
      }
    }
    return found.entrySet().stream().limit(MOST).map(e -> model(e.getKey(), e.getValue())).toList();
  }

  /** Notes a checkpoint; what is in it is of no interest. */
  private static boolean model(String name, Path path, Map<String, Path> found) {
    boolean checkpoint = Files.isRegularFile(path.resolve("config.json"));
    if (checkpoint) {
      found.putIfAbsent(name.isEmpty() ? path.toString() : name, path);
    }
    return !checkpoint && Files.isDirectory(path) && found.size() < MOST;
  }

  private void hubModels(Path hub, Map<String, Path> found) {
    for (Path folder : sorted(hub)) {
      var name = HUB_MODEL.matcher(folder.getFileName().toString());
      if (name.matches() && found.size() < MOST) {
        hubModel(name.group(1).replaceFirst("--", "/"), found);
      }
    }
  }

  private void hubModel(String id, Map<String, Path> found) {
    try {
      found.putIfAbsent(id, roots.model(id));
    } catch (PrerequisiteException e) {
      LOG.debug("not listed: {}", e.getMessage());
    }
  }

  private static Model model(String name, Path folder) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      long bytes = 0;
      for (Path shard : checkpoint.shards()) {
        bytes += Files.size(shard);
      }
      Optional<String> problem =
          checkpoint.tokenizerFile().isPresent()
              ? Optional.empty()
              : Optional.of("it has no tokenizer.json");
      return new Model(name, Optional.of(checkpoint.config()), bytes, problem);
    } catch (PrerequisiteException | IOException e) {
      return new Model(name, Optional.empty(), 0, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  List<Text> texts(List<Roots.Root> under, List<String> builtIn) {
    Map<String, Path> found = new LinkedHashMap<>();
    builtIn.forEach(name -> found.put(name, roots.text(name)));
    for (Roots.Root root : under) {
      walk(root, 0, root.real(), (name, path) -> text(name, path, found));
    }
    return found.entrySet().stream().limit(MOST).map(e -> text(e.getKey(), e.getValue())).toList();
  }

  private static boolean text(String name, Path path, Map<String, Path> found) {
    // The files of a checkpoint are JSON too.
    boolean checkpoint = Files.isRegularFile(path.resolveSibling("config.json"));
    if (!checkpoint && TEXT.matcher(name).matches() && Files.isRegularFile(path)) {
      found.putIfAbsent(name, path);
    }
    return Files.isDirectory(path) && found.size() < MOST;
  }

  private static Text text(String name, Path file) {
    try {
      return new Text(name, Files.size(file));
    } catch (IOException e) {
      // Removed since it was found.
      return new Text(name, 0);
    }
  }

  /**
   * Shows each path with its name under the root.
   *
   * @param more takes a name and a path, and says whether to look into it
   */
  private void walk(Roots.Root root, int depth, Path path, BiPredicate<String, Path> more) {
    Optional<Path> real = confinement.real(path);
    boolean fresh = real.isPresent() && (!Files.isDirectory(path) || seen.add(real.get()));
    entries++;
    if (!fresh || entries > MOST_ENTRIES) {
      return;
    }
    String name = root.real().relativize(path).toString();
    if (more.test(name, path) && depth < DEPTH) {
      sorted(path).forEach(child -> walk(root, depth + 1, child, more));
    }
  }

  private static List<Path> sorted(Path folder) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(folder, p -> !HIDDEN.contains(p.getFileName().toString()))) {
      for (Path child : all) {
        if (children.size() < MOST_ENTRIES) {
          children.add(child);
        }
      }
    } catch (IOException e) {
      // Not for this user to read, or removed meanwhile: not there, for a list.
      return List.of();
    }
    return children.stream().sorted().toList();
  }
}
