package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.service.EvalKey;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

/** The service's keys of evaluations are the options of {@code sluice eval}. */
class EvalKeysTest {
  /** Options that are the terminal's, or name places of the user's own. */
  private static final Set<String> NOT_FOR_THE_SERVICE =
      Set.of("help", "version", "json", "quiet", "journal", "task-file", "output");

  private static Map<String, OptionSpec> options() {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    return Objects.requireNonNull(
            Main.commands(new Console(nowhere, nowhere, Map.of())).getSubcommands().get("eval"))
        .getCommandSpec()
        .options()
        .stream()
        .collect(Collectors.toMap(o -> o.longestName().substring(2), o -> o));
  }

  @Test
  void everyOptionIsAKeyOrSaidToBeNone() {
    Set<String> expected = new TreeSet<>(options().keySet());
    expected.removeAll(NOT_FOR_THE_SERVICE);
    assertThat(EvalKey.ids()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(options().keySet()).containsAll(NOT_FOR_THE_SERVICE);
  }

  @Test
  void defaultsAreTheSame() {
    for (EvalKey key : EvalKey.values()) {
      OptionSpec option = Objects.requireNonNull(options().get(key.id()), key.id());
      Optional<String> value =
          Optional.ofNullable(option.initialValue())
              .map(Object::toString)
              .filter(text -> !text.isEmpty() && !text.equals("[]"));
      assertThat(key.fallback()).as(key.id()).isEqualTo(value);
    }
  }

  @Test
  void helpBeginsWithTheSameWords() {
    for (EvalKey key : EvalKey.values()) {
      OptionSpec option = Objects.requireNonNull(options().get(key.id()), key.id());
      String help = String.join(" ", option.description());
      boolean oneWord = help.startsWith("Default:");
      assertThat(oneWord || firstWords(help).equals(firstWords(key.help())))
          .as("%s: '%s' and '%s'", key.id(), help, key.help())
          .isTrue();
    }
  }

  private static String firstWords(String help) {
    return Arrays.stream(help.split("[ .,]+", -1))
        .limit(2)
        .map(String::strip)
        .collect(Collectors.joining(" "));
  }
}
