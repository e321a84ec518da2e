package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.plan.PlanKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The command line is small and frozen: whoever adds to it changes this test and says why. */
class RunOptionsTest {
  private static CommandLine commands() {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    return Main.commands(new Console(nowhere, nowhere, Map.of()));
  }

  private static CommandLine command(String name) {
    return Objects.requireNonNull(commands().getSubcommands().get(name), name);
  }

  @Test
  void commandsAndTheirOptionsAreThese() {
    String table =
        commands().getSubcommands().entrySet().stream()
            .map(e -> e.getKey() + ": " + options(e.getValue()))
            .collect(Collectors.joining("\n"));
    assertThat(table)
        .isEqualTo(
            """
            demo: --html --journal --json --quiet
            run: (PLAN) --alpha --balanced --batch-tokens --boundary-cache --calibration \
            --calibration-field --calibration-preset --candidates --device --dtype --exclude \
            --generations --journal --json --length --measure --measures --memory --model --name \
            --offspring --other --pool --quiet --racing --ratios --samples --seed --select \
            --sequences --slice --stack --strategy --task --task-data --task-rows --threads \
            --ties --treatment --until --until-divergence --until-parameters --width --window
            resume: (NAME) --journal --json --quiet
            list: --journal
            report: (NAME) --format --journal
            inspect: --journal --json --model
            forward: --cut --device --dtype --json --model --tokens
            profile: --batch-tokens --calibration --calibration-field --calibration-preset --data \
            --device --dtype --format --json --length --limit --memory --model --seed --sequences --task \
            --task-file --taylor --threads
            eval: (PLAN) --batch-tokens --data --device --dtype --journal --json --limit --memory \
            --mode --model --name --on-bad-row --output --quiet --shots --shots-data --task-file \
            --tasks --threads --variants
            divergence: (MODEL) --base --batch-tokens --chunks --context --cut --device --dtype \
            --journal --json --memory --save-base --sweep --text --threads
            compare: (EVALUATION[:VARIANT]) --flips --format --journal --output --pairs --table
            export: (VARIANT) --dtype --force --journal --max-shard-size --model --out --to
            verify: (EXPORT) --against --batch-tokens --device --dtype --journal --length --memory \
            --model --rows --text --threads --tolerance
            serve: --connections --data --host --hosts --journal --metrics-open --metrics-path \
            --metrics-token-file --models --port --stop-within --streams --tls-certificate --tls-key \
            --token-file
            fetch: \
            """);
  }

  private static String options(CommandLine command) {
    Stream<String> positionals =
        command.getCommandSpec().positionalParameters().stream()
            .map(p -> "(" + p.paramLabel() + ")");
    Stream<String> options =
        command.getCommandSpec().options().stream()
            .map(OptionSpec::longestName)
            .filter(n -> !n.equals("--help") && !n.equals("--version"))
            .sorted(Comparator.naturalOrder());
    return Stream.concat(positionals, options).collect(Collectors.joining(" "));
  }

  @Test
  void everyPlanKeyIsAnOptionOfTheSameName() {
    List<String> output = List.of("--json", "--quiet", "--help", "--version");
    assertThat(command("run").getCommandSpec().options())
        .extracting(OptionSpec::longestName)
        .filteredOn(n -> !output.contains(n))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(PlanKey.values()).map(k -> "--" + k.id()).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "run",
        "resume",
        "list",
        "report",
        "inspect",
        "forward",
        "profile",
        "eval",
        "divergence",
        "compare",
        "serve"
      })
  void helpTellsEveryOption(String name) {
    Ran ran = Ran.of(name, "--help").done();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).startsWith("Usage: sluice " + name);
    for (OptionSpec option : command(name).getCommandSpec().options()) {
      assertThat(ran.out()).contains(option.longestName());
      assertThat(String.join("", option.description())).as(option.longestName()).endsWith(".");
    }
    assertThat(ran.out().lines()).allSatisfy(l -> assertThat(l).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void rootHelpTellsCommandsAndExitCodes() {
    Ran ran = Ran.of("--help").done();
    assertThat(ran.out()).contains(commands().getSubcommands().keySet());
    assertThat(ran.out()).contains("Exit codes: 0 ", "; 1 ", "; 2 ", "130 ");
    Ran bare = Ran.of();
    assertThat(bare.code()).isEqualTo(ExitCode.PREREQUISITE);
    assertThat(bare.err()).contains("Usage: sluice", "run");
    assertThat(bare.out()).isEmpty();
  }

  @Test
  void versionIsOneLine() {
    assertThat(Ran.of("--version").done().out()).matches("sluice \\S+\n");
  }

  @Test
  void unknownOptionIsRefusedWithTheNearest() {
    Ran.of("run", "--messure", "ag").refused("'--messure'", "Did you mean '--measure'?");
    Ran.of("run", "--until-divergance=1").refused("Did you mean '--until-divergence'?");
    Ran.of("report", "x", "--formt", "json").refused("'--formt'", "Did you mean '--format'?");
    Ran.of("run", "--zzzzzzzz").refused("'--zzzzzzzz'", "sluice run --help");
  }

  @Test
  void unknownCommandIsRefusedWithTheNearest() {
    Ran.of("rnu").refused("'rnu'", "Did you mean 'run'?");
    Ran.of("qqqqqq").refused("'qqqqqq'", "sluice --help");
  }

  @Test
  void unknownPlanKeyIsRefusedWithTheNearest(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("p.yaml"), "model: m\ncalibration: t\nmesure: ag\n");
    Ran.of("run", file.toString()).refused("unknown key 'mesure'. Did you mean 'measure'?");
  }

  @Test
  void missingAndSpareWordsAreRefused() {
    Ran.of("resume").refused("NAME");
    Ran.of("report", "a", "b").refused("'b'");
    Ran.of("run", "--until").refused("--until");
    Ran.of("run", "--until", "0.1", "--until", "0.2").refused("--until");
    Ran.of("report", "a", "--format", "xml").refused("xml", "text, json, html");
    Ran.of("forward", "--model", "m").refused("--tokens");
  }

  @Test
  void allProblemsOfAPlanAreNamedOneALine() {
    Ran ran = Ran.of("run", "--until", "-0.5", "--measure", "kll", "--exclude", "NaN");
    assertThat(ran.code()).isEqualTo(ExitCode.PREREQUISITE);
    assertThat(ran.err().lines()).hasSize(6).allSatisfy(l -> assertThat(l).startsWith("sluice: "));
    assertThat(ran.err())
        .contains("until '-0.5'", "measure 'kll'", "'kl'", "exclude 'NaN'", "model is missing")
        .contains("calibration is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "NaN", "Infinity", "1.5", "a quarter", "25%", "0x1p-2"})
  void untilMustBeAShare(String until) {
    Ran.of("run", "--model", "m", "--calibration", "t", "--until", until)
        .refused("until '" + until + "'", "must be a number above 0 and up to 1");
  }
}
