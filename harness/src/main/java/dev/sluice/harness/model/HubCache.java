package dev.sluice.harness.model;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds models by Hugging Face id in the local hub cache; never downloads. */
public final class HubCache {
  private static final Pattern ID =
      Pattern.compile("(?<name>\\w[\\w.-]*(?:/\\w[\\w.-]*)?)(?:@(?<revision>\\w[\\w./-]*))?");

  private HubCache() {}

  /**
   * The folder of a model.
   *
   * @param folderOrId an existing folder, which is returned as it is, or an id such as {@code
   *     org/name} or {@code org/name@revision}
   * @param environment the process's variables: {@code HF_HUB_CACHE} (or its old name {@code
   *     HUGGINGFACE_HUB_CACHE}), {@code HF_HOME}, {@code XDG_CACHE_HOME} and {@code HOME} say where
   *     the cache is, in this order
   * @throws PrerequisiteException if nothing is there; says where it looked
   */
  public static Path find(String folderOrId, Map<String, String> environment) {
    Optional<Path> given = folder(folderOrId);
    if (given.filter(Files::isDirectory).isPresent()) {
      return given.get();
    }
    Matcher id = ID.matcher(folderOrId);
    if (!id.matches() || folderOrId.contains("..")) {
      throw new PrerequisiteException(
          "model "
              + StrictJson.quote(folderOrId)
              + (given.filter(Files::exists).isPresent() ? " is no folder" : " does not exist")
              + ": give the folder of a checkpoint, or an id such as org/name that is in the hub"
              + " cache");
    }
    return new Search(folderOrId, id.group("name"), Optional.ofNullable(id.group("revision")))
        .in(root(environment));
  }

  private static Optional<Path> folder(String name) {
    try {
      return name.isBlank() ? Optional.empty() : Optional.of(Path.of(name));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The cache's folder, whether or not it exists; see {@link #find} for the variables. */
  public static Path root(Map<String, String> environment) {
    String user = userHome(environment);
    return variable(environment, "HF_HUB_CACHE", user)
        .or(() -> variable(environment, "HUGGINGFACE_HUB_CACHE", user))
        .orElseGet(() -> home(environment).resolve("hub"));
  }

  /** The folder of everything of Hugging Face's: the token file lies here, and by default the cache. */
  public static Path home(Map<String, String> environment) {
    String user = userHome(environment);
    return variable(environment, "HF_HOME", user)
        .or(() -> variable(environment, "XDG_CACHE_HOME", user).map(p -> p.resolve("huggingface")))
        .orElseGet(() -> Path.of(user, ".cache", "huggingface"));
  }

  private static String userHome(Map<String, String> environment) {
    return environment.getOrDefault("HOME", System.getProperty("user.home", "."));
  }

  private static Optional<Path> variable(
      Map<String, String> environment, String name, String home) {
    return Optional.ofNullable(environment.get(name))
        .filter(v -> !v.isBlank())
        .map(v -> Path.of(v.equals("~") || v.startsWith("~/") ? home + v.substring(1) : v));
  }

  /** One search, with the places that it came by. */
  private record Search(String asked, String name, Optional<String> revision, List<String> places) {

    Search(String asked, String name, Optional<String> revision) {
      this(
          asked,
          name,
          revision,
          new ArrayList<>(List.of(Path.of(asked).toAbsolutePath().toString())));
    }

    Path in(Path root) {
      Path model = root.resolve("models--" + name.replace("/", "--"));
      Path snapshots = model.resolve("snapshots");
      Path ref = model.resolve("refs").resolve(revision.orElse("main"));
      return byRef(ref, snapshots)
          .or(() -> revision.flatMap(r -> seen(snapshots.resolve(r))))
          .or(() -> revision.isPresent() ? Optional.empty() : sole(snapshots))
          .orElseThrow(this::notFound);
    }

    private Optional<Path> byRef(Path ref, Path snapshots) {
      places.add(ref.toString());
      if (!Files.isRegularFile(ref)) {
        return Optional.empty();
      }
      try {
        String commit = Files.readString(ref).strip();
        return commit.matches("\\w+") ? seen(snapshots.resolve(commit)) : Optional.empty();
      } catch (IOException e) {
        throw new PrerequisiteException(ref + " cannot be read: " + e, e);
      }
    }

    private Optional<Path> seen(Path snapshot) {
      places.add(snapshot.toString());
      return Optional.of(snapshot).filter(Files::isDirectory);
    }

    private Optional<Path> sole(Path snapshots) {
      places.add(snapshots + "/*");
      if (!Files.isDirectory(snapshots)) {
        return Optional.empty();
      }
      try (Stream<Path> all = Files.list(snapshots)) {
        List<Path> folders = all.filter(Files::isDirectory).sorted().toList();
        if (folders.size() > 1) {
          throw new PrerequisiteException(
              snapshots
                  + " holds "
                  + folders.size()
                  + " snapshots and no refs/main says which one: give "
                  + name
                  + "@"
                  + folders.getFirst().getFileName()
                  + " or another of them");
        }
        return folders.stream().findFirst();
      } catch (IOException e) {
        throw new PrerequisiteException(snapshots + " cannot be listed: " + e, e);
      }
    }

    private PrerequisiteException notFound() {
      return new PrerequisiteException(
          "model '"
              + asked
              + "' is neither a folder nor in the hub cache: looked at "
              + String.join(", ", places)
              + ". Download it first (sluice fetch model "
              + asked
              + ") or give its folder");
    }
  }
}
