package dev.sluice.harness.model;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds models and data sets by Hugging Face id in the local hub cache; never downloads. */
public final class HubCache {
  /** The branch in which the hub keeps data sets that it has converted to Parquet. */
  public static final String CONVERTED = "refs/convert/parquet";

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
    String name = id.group("name");
    Search search = new Search(root(environment).resolve(folderName("models", name)));
    search.places().add(Path.of(folderOrId).toAbsolutePath().toString());
    return search
        .at(Optional.ofNullable(id.group("revision")), name)
        .orElseThrow(() -> search.modelNotFound(folderOrId));
  }

  /**
   * What of a data set is in the cache.
   *
   * @param found its snapshots, the one to be preferred first
   * @param places that were looked at
   */
  public record Snapshots(List<Path> found, List<String> places) {
    public Snapshots {
      found = List.copyOf(found);
      places = List.copyOf(places);
    }
  }

  /**
   * The folders of a data set: that of the branch {@code main}, then that of {@link #CONVERTED},
   * else the only snapshot that there is; see {@link #find} for the variables.
   *
   * @throws PrerequisiteException if there are several and no branch says which
   */
  public static Snapshots dataset(String id, Map<String, String> environment) {
    if (!ID.matcher(id).matches() || id.contains("..") || id.contains("@")) {
      return new Snapshots(List.of(), List.of());
    }
    Search search = new Search(root(environment).resolve(folderName("datasets", id)));
    Set<Path> found = new LinkedHashSet<>();
    search.byRef("main").ifPresent(found::add);
    search.byRef(CONVERTED).ifPresent(found::add);
    if (found.isEmpty()) {
      search.sole(first -> "give one of them with --data, such as " + first).ifPresent(found::add);
    }
    return new Snapshots(List.copyOf(found), search.places());
  }

  private static String folderName(String kind, String id) {
    return kind + "--" + id.replace("/", "--");
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

  /**
   * One search in a repository's folder.
   *
   * @param places that it came by
   */
  private record Search(Path repository, List<String> places) {

    Search(Path repository) {
      this(repository, new ArrayList<>());
    }

    private Path snapshots() {
      return repository.resolve("snapshots");
    }

    Optional<Path> at(Optional<String> revision, String name) {
      return byRef(revision.orElse("main"))
          .or(() -> revision.flatMap(r -> seen(snapshots().resolve(r))))
          .or(() ->
              revision.isPresent()
                  ? Optional.empty()
                  : sole(
                      first -> "give " + name + "@" + first.getFileName() + " or another of them"));
    }

    Optional<Path> byRef(String revision) {
      Path ref = repository.resolve("refs").resolve(revision);
      places.add(ref.toString());
      if (!Files.isRegularFile(ref)) {
        return Optional.empty();
      }
      try {
        String commit = Files.readString(ref).strip();
        return commit.matches("\\w+") ? seen(snapshots().resolve(commit)) : Optional.empty();
      } catch (IOException e) {
        throw new PrerequisiteException(ref + " cannot be read: " + e, e);
      }
    }

    private Optional<Path> seen(Path snapshot) {
      places.add(snapshot.toString());
      return Optional.of(snapshot).filter(Files::isDirectory);
    }

    /**
     * @param advice what to do where there are several, by the first of them
     */
    Optional<Path> sole(Function<Path, String> advice) {
      places.add(snapshots() + "/*");
      if (!Files.isDirectory(snapshots())) {
        return Optional.empty();
      }
      try (Stream<Path> all = Files.list(snapshots())) {
        List<Path> folders = all.filter(Files::isDirectory).sorted().toList();
        if (folders.size() > 1) {
          throw new PrerequisiteException(
              snapshots()
                  + " holds "
                  + folders.size()
                  + " snapshots and no refs/main says which one: "
                  + advice.apply(folders.getFirst()));
        }
        return folders.stream().findFirst();
      } catch (IOException e) {
        throw new PrerequisiteException(snapshots() + " cannot be listed: " + e, e);
      }
    }

    PrerequisiteException modelNotFound(String asked) {
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
