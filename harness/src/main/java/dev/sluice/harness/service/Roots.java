package dev.sluice.harness.service;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.session.DemoModel;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folders that requests may name things in: models and data, each under its roots, the hub cache
 * where there is one, and the built-in {@code demo}. A name is relative to a root, a hub id, or an
 * absolute path inside a root.
 *
 * <p>What is found is a real path under a real root, and what lies in it does not lead out by a link.
 * What is refused is refused in the same words whether or not it exists. Files may change after they
 * were looked at: whoever can write under a root, or swap its links meanwhile, can lead readers out of
 * it, so only those who run the service should be able to. Safe for use by several threads.
 */
public final class Roots {
  /** The name of the built-in model, and the folder of its texts. */
  public static final String DEMO = "demo";

  private static final List<String> DEMO_TEXTS =
      List.of(DEMO + "/calibration.txt", DEMO + "/heldout.txt");

  private final Path demo;
  private final Optional<Path> hub;
  private final List<Root> models;
  private final List<Root> data;
  private final Confinement confinement;
  private final Map<String, String> environment;

  /**
   * A root.
   *
   * @param given as it was configured, absolute
   * @param real where it is
   */
  record Root(Path given, Path real) {
    static Root of(Path folder) {
      try {
        return new Root(folder.toAbsolutePath().normalize(), folder.toRealPath());
      } catch (IOException e) {
        throw new PrerequisiteException(
            folder + ": there is no such folder to be a root of models or data", e);
      }
    }
  }

  private Roots(List<Path> models, List<Path> data, Path demo, Map<String, String> environment) {
    this.demo = Root.of(demo).real();
    this.environment = Map.copyOf(environment);
    this.hub =
        Optional.of(HubCache.root(environment))
            .filter(Files::isDirectory)
            .map(folder -> Root.of(folder).real());
    this.models = roots(models);
    this.data = roots(data);
    List<Path> all = new ArrayList<>(List.of(this.demo));
    Stream.of(this.models, this.data).flatMap(List::stream).map(Root::real).forEach(all::add);
    this.confinement = new Confinement(all);
  }

  private List<Root> roots(List<Path> folders) {
    return Stream.concat(folders.stream(), hub.stream()).map(Root::of).toList();
  }

  /**
   * Open roots, unpacking the built-in model beside the journals.
   *
   * @param environment says where the hub cache is
   * @throws PrerequisiteException if a folder is not there
   */
  public static Roots of(
      List<Path> models, List<Path> data, JournalFolder journals, Map<String, String> environment) {
    Path demo = journals.digestCache().resolveSibling("demo-model");
    return new Roots(models, data, DemoModel.unpackedIn(demo).folder(), environment);
  }

  /**
   * The folder of a model.
   *
   * @throws PrerequisiteException if the service has none of this name
   */
  public Path model(String name) {
    return (name.equals(DEMO) ? Optional.of(demo) : find(name, models).or(() -> inHub(name)))
        .filter(Files::isDirectory)
        .filter(confinement::holdsAllOf)
        .orElseThrow(() -> unknown("model", name, "its models"));
  }

  /**
   * A file of text.
   *
   * @throws PrerequisiteException if the service has none of this name
   */
  public Path text(String name) {
    return demoText(name)
        .or(() -> find(name, data))
        .filter(Files::isRegularFile)
        .orElseThrow(() -> unknown("text", name, "its texts"));
  }

  /**
   * A file or folder of tasks' data.
   *
   * @throws PrerequisiteException if the service has none of this name
   */
  public Path data(String name) {
    return demoText(name)
        .or(() -> find(name, data))
        .filter(confinement::holdsAllOf)
        .orElseThrow(() -> unknown("data", name, "what is under its data roots"));
  }

  private static PrerequisiteException unknown(String what, String name, String listed) {
    String shown = name.length() > 200 ? name.substring(0, 200) + "..." : name;
    return new PrerequisiteException(
        "%s '%s' is not there for this service, or leads out of its folders: name one of %s, or an absolute path inside a root"
            .formatted(what, shown.replaceAll("\\p{Cntrl}", " "), listed));
  }

  private Optional<Path> demoText(String name) {
    return DEMO_TEXTS.contains(name)
        ? Optional.of(demo.resolve(name.substring(DEMO.length() + 1)))
        : Optional.empty();
  }

  private Optional<Path> find(String name, List<Root> roots) {
    try {
      Path path = Path.of(name);
      if (name.isBlank() || climbs(path)) {
        return Optional.empty();
      }
      return candidates(path, roots).map(confinement::real).flatMap(Optional::stream).findFirst();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean climbs(Path path) {
    for (Path part : path) {
      if (part.toString().equals("..")) {
        return true;
      }
    }
    return false;
  }

  private static Stream<Path> candidates(Path path, List<Root> roots) {
    if (!path.isAbsolute()) {
      return roots.stream().map(root -> root.real().resolve(path));
    }
    return roots.stream().anyMatch(r -> path.startsWith(r.given()) || path.startsWith(r.real()))
        ? Stream.of(path)
        : Stream.empty();
  }

  private Optional<Path> inHub(String id) {
    if (hub.isEmpty() || !id.matches("\\w[\\w./@-]*")) {
      return Optional.empty();
    }
    try {
      return confinement.real(HubCache.find(id, environment)).filter(p -> p.startsWith(hub.get()));
    } catch (PrerequisiteException e) {
      return Optional.empty();
    }
  }

  /** What plans may name as models. Looks at the folders each time. */
  public List<Inventory.Model> models() {
    return new Inventory(this, confinement).models(models, hub, demo);
  }

  /** What plans may name as calibration text. Looks at the folders each time. */
  public List<Inventory.Text> texts() {
    return new Inventory(this, confinement).texts(data, DEMO_TEXTS);
  }

  /** The process's variables, by which the hub cache is found. */
  Map<String, String> environment() {
    return environment;
  }
}
