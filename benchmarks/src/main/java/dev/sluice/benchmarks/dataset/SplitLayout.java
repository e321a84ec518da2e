package dev.sluice.benchmarks.dataset;

import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where exports and repositories of the hub keep a split: names, the first that exists counts. */
final class SplitLayout {
  /** What the hub calls the only configuration of a data set. */
  private static final String DEFAULT = "default";

  /** What data sets of many configurations call the one of all rows. */
  private static final String ALL = "all";

  private final Wanted wanted;

  SplitLayout(Wanted wanted) {
    this.wanted = wanted;
  }

  /**
   * The files of a split.
   *
   * @param sets each with its parts in order; more than one where several formats are there
   * @param ofConfig whether their name says that they hold the wanted configuration alone
   */
  record Match(List<List<String>> sets, boolean ofConfig) {}

  /**
   * A name that files of the split may have.
   *
   * @param name empty for files that are only numbered
   */
  private record Name(String folder, String name, boolean ofConfig) {
    private String shown() {
      return folder + (folder.isEmpty() ? "" : "/") + (name.isEmpty() ? "0000" : name);
    }
  }

  /**
   * @param own whether the folder holds this data set and no other, so that the one configuration in
   *     it must be the wanted one where the task names none
   */
  Optional<Match> in(Folders folders, boolean own) {
    for (Name name : names()) {
      List<List<String>> sets = Parts.of(folders, name.folder(), name.name());
      if (!sets.isEmpty()) {
        return Optional.of(new Match(sets, name.ofConfig()));
      }
    }
    return own && anyConfig() ? onlyConfig(folders) : Optional.empty();
  }

  /** The names, as a user would read them. */
  List<String> shown() {
    return names().stream().map(Name::shown).toList();
  }

  private boolean anyConfig() {
    return wanted.config().isEmpty() || wanted.config().equals(DEFAULT);
  }

  private List<Name> names() {
    List<Name> names = new ArrayList<>();
    String split = wanted.split();
    if (!wanted.config().isEmpty()) {
      ofConfig(names);
    }
    if (wanted.selects()) {
      names.addAll(inFolder(ALL, false));
    }
    for (String between : List.of(".", "_", "-")) {
      names.add(new Name("", wanted.task() + between + split, false));
    }
    names.add(new Name("", split, false));
    if (anyConfig()) {
      names.add(new Name(split, "", false));
      names.add(new Name("data", split, false));
      names.add(new Name("data/" + split, "", false));
      names.addAll(inFolder(DEFAULT, false));
    }
    return names;
  }

  private void ofConfig(List<Name> names) {
    for (String between : List.of(".", "_", "-")) {
      names.add(new Name("", wanted.config() + between + wanted.split(), true));
    }
    names.addAll(inFolder(wanted.config(), true));
    for (String between : List.of(".", "_", "-")) {
      names.add(new Name("data", wanted.config() + between + wanted.split(), true));
    }
  }

  private List<Name> inFolder(String config, boolean ofConfig) {
    return Stream.of("", "data/")
        .map(start -> start + config)
        .flatMap(folder ->
            Stream.of(
                new Name(folder, wanted.split(), ofConfig),
                new Name(folder + "/" + wanted.split(), "", ofConfig)))
        .toList();
  }

  private Optional<Match> onlyConfig(Folders folders) {
    List<String> configs = new ArrayList<>(folders.folders(""));
    folders.folders("data").forEach(folder -> configs.add("data/" + folder));
    Optional<Match> found = Optional.empty();
    String first = "";
    for (String config : configs) {
      List<List<String>> sets = new ArrayList<>(Parts.of(folders, config, wanted.split()));
      sets.addAll(Parts.of(folders, config + "/" + wanted.split(), ""));
      if (!sets.isEmpty() && found.isPresent()) {
        throw new PrerequisiteException(
            "split '%s' of %s is in %s and in %s, and task %s names no configuration: name the file"
                    .formatted(wanted.split(), wanted.dataset(), first, config, wanted.task())
                + " with --data "
                + wanted.task()
                + "=FILE");
      }
      if (!sets.isEmpty()) {
        first = config;
        found = Optional.of(new Match(sets, false));
      }
    }
    return found;
  }
}
