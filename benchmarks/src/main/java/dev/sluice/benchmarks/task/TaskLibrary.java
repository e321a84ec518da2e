package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.scorers.NearestName;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tasks, groups and presets that are known by name. Immutable. */
public final class TaskLibrary {
  private static final List<String> FILES =
      List.of(
          "arc_challenge",
          "arc_easy",
          "boolq",
          "commonsense_qa",
          "copa",
          "hellaswag",
          "lambada_openai",
          "lambada_standard",
          "mathqa",
          "mmlu",
          "openbookqa",
          "piqa",
          "race",
          "rte",
          "sciq",
          "sglue_rte",
          "wikitext",
          "wikitext2_gptq_2048",
          "wikitext2_gptq_4096",
          "wikitext2_llama_cpp",
          "winogrande",
          "wsc273");
  private static final List<String> PRESETS = List.of("finercut");
  private static final long LARGEST = 1 << 20;

  private final Map<String, Task> tasks;
  private final Map<String, List<Run>> sets;

  /**
   * A task and how much of it is asked.
   *
   * @param limit rows, from the first; 0 for all
   */
  public record Run(Task task, int shots, long limit) {
    public Run {
      requireNonNull(task, "task");
      if (shots < 0 || limit < 0) {
        throw new IllegalArgumentException(
            "shots %d, limit %d: must not be negative".formatted(shots, limit));
      }
    }
  }

  private TaskLibrary(Map<String, Task> tasks, Map<String, List<Run>> sets) {
    this.tasks = tasks;
    this.sets = sets;
  }

  /** What is shipped. */
  public static TaskLibrary shipped() {
    Map<String, Task> tasks = new LinkedHashMap<>();
    for (String file : FILES) {
      String name = "tasks/" + file + ".yaml";
      TaskReader.read(name, resource(name)).forEach(task -> tasks.put(task.name(), task));
    }
    TaskLibrary library = new TaskLibrary(tasks, groups(tasks));
    for (String preset : PRESETS) {
      library.sets.put(preset, library.preset("presets/" + preset + ".yaml"));
    }
    return library;
  }

  private static Map<String, List<Run>> groups(Map<String, Task> tasks) {
    Map<String, List<Run>> groups = new LinkedHashMap<>();
    for (Task task : tasks.values()) {
      for (String group : task.groups()) {
        groups.computeIfAbsent(group, g -> new ArrayList<>()).add(new Run(task, 0, 0));
      }
    }
    return groups;
  }

  private List<Run> preset(String file) {
    List<Run> runs = new ArrayList<>();
    for (JsonNode entry : TaskReader.mapping(file, resource(file)).path("tasks")) {
      for (Run run : find(entry.path("task").asText())) {
        runs.add(new Run(run.task(), entry.path("shots").asInt(), entry.path("limit").asLong()));
      }
    }
    return List.copyOf(runs);
  }

  /**
   * The same library and the tasks of a user's file.
   *
   * @throws PrerequisiteException if the file is not a task, or its name is taken
   */
  public TaskLibrary with(Path file) {
    Map<String, Task> more = new LinkedHashMap<>(tasks);
    for (Task task : load(file)) {
      if (sets.containsKey(task.name()) || more.putIfAbsent(task.name(), task) != null) {
        throw new PrerequisiteException(
            "%s: there is a task '%s' already: give it another name".formatted(file, task.name()));
      }
    }
    Map<String, List<Run>> moreSets = new LinkedHashMap<>(sets);
    groups(more).forEach(moreSets::putIfAbsent);
    return new TaskLibrary(more, moreSets);
  }

  /**
   * The tasks of a user's file: one, or one for each of its subjects.
   *
   * @throws PrerequisiteException if it cannot be read; the message has every problem, one a line
   */
  public static List<Task> load(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new PrerequisiteException(file + " has more than 1 MiB: that is no task file");
      }
      return TaskReader.read(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new PrerequisiteException("no file " + file.toAbsolutePath() + ": check the path", e);
    } catch (IOException e) {
      throw new PrerequisiteException("cannot read task " + file + ": " + e.getMessage(), e);
    }
  }

  /** Names of all tasks, in the order of their files. */
  public List<String> taskNames() {
    return List.copyOf(tasks.keySet());
  }

  /** Names of groups and presets, each of which stands for several tasks. */
  public List<String> setNames() {
    return List.copyOf(sets.keySet());
  }

  /**
   * What a name stands for: a task without shots and limit, the tasks of a group, or the runs of a
   * preset.
   *
   * @throws PrerequisiteException if there is no such name; the message has the nearest one
   */
  public List<Run> find(String name) {
    Task task = tasks.get(name);
    if (task != null) {
      return List.of(new Run(task, 0, 0));
    }
    List<Run> set = sets.get(name);
    if (set == null) {
      Set<String> names = new LinkedHashSet<>(tasks.keySet());
      names.addAll(sets.keySet());
      String near = NearestName.hint(name, names);
      throw new PrerequisiteException(
          "no task '%s'%s"
              .formatted(
                  name,
                  near.isEmpty()
                      ? ": there are "
                          + String.join(", ", FILES)
                          + ", "
                          + String.join(", ", PRESETS)
                      : near));
    }
    return List.copyOf(set);
  }

  private static String resource(String name) {
    try (InputStream in = TaskLibrary.class.getResourceAsStream("/" + name)) {
      return new String(requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
