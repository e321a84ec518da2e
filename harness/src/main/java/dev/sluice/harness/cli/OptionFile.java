package dev.sluice.harness.cli;

import dev.sluice.harness.plan.FlatYaml;
import dev.sluice.scorers.NearestName;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The options of a command in a file: flat YAML, its keys the options' names. */
final class OptionFile {
  private OptionFile() {}

  /**
   * A command with the options of a file and those of a command line, which win.
   *
   * @param line the command as it was parsed
   * @param fresh one that was not parsed yet
   */
  static <T> T filled(Path file, CommandSpec line, T fresh) {
    List<String> words = words(file, line);
    line.commandLine().getParseResult().matchedOptions().forEach(o -> words.addAll(given(o)));
    try {
      new CommandLine(fresh).parseArgs(words.toArray(String[]::new));
      return fresh;
    } catch (ParameterException e) {
      throw new PrerequisiteException(file + ": " + e.getMessage(), e);
    }
  }

  private static List<String> given(OptionSpec option) {
    return option.arity().max() == 0
        ? List.of(option.longestName())
        : words(option, option.originalStringValues());
  }

  private static List<String> words(Path file, CommandSpec line) {
    Map<String, OptionSpec> known = new LinkedHashMap<>();
    line.options().stream()
        .filter(option -> option.arity().max() > 0)
        .forEach(option -> known.put(option.longestName().substring("--".length()), option));
    FlatYaml yaml = FlatYaml.read(file, known::containsKey);
    requireKnown(file, yaml, known);
    List<String> words = new ArrayList<>();
    yaml.values()
        .forEach((key, values) -> {
          OptionSpec option = known.get(key);
          if (option != null && !line.commandLine().getParseResult().hasMatchedOption(option)) {
            words.addAll(words(option, values));
          }
        });
    return words;
  }

  /** An option that may be repeated is, for each value; others take a list with commas. */
  private static List<String> words(OptionSpec option, List<String> values) {
    return option.isMultiValue()
        ? values.stream().flatMap(v -> Stream.of(option.longestName(), v)).toList()
        : List.of(option.longestName(), String.join(",", values));
  }

  private static void requireKnown(Path file, FlatYaml yaml, Map<String, OptionSpec> known) {
    List<String> problems = new ArrayList<>(yaml.problems());
    yaml.values().keySet().stream()
        .filter(key -> !known.containsKey(key))
        .forEach(key -> {
          String near = NearestName.hint(key, known.keySet());
          problems.add(
              "unknown key '"
                  + key
                  + "'"
                  + (near.isEmpty() ? ": there are " + String.join(", ", known.keySet()) : near));
        });
    if (!problems.isEmpty()) {
      throw new PrerequisiteException(
          String.join("\n", problems.stream().map(p -> file + ": " + p).toList()));
    }
  }
}
