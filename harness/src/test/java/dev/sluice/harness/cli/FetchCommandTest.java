package dev.sluice.harness.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.fetch.LocalHub;
import dev.sluice.harness.model.TinyCheckpoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class FetchCommandTest {
  @TempDir Path home;

  private final LocalHub hub = new LocalHub();
  private final Map<String, String> environment = new HashMap<>();

  @AfterEach
  void stop() {
    hub.close();
  }

  private CommandLine commands(ByteArrayOutputStream out, ByteArrayOutputStream err) {
    environment.putIfAbsent("HOME", home.toString());
    environment.putIfAbsent("HF_ENDPOINT", hub.endpoint().toString());
    return Main.commands(
        new Console(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), environment));
  }

  private Ran run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = commands(out, err).execute(arguments);
    return new Ran(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  private void tinyModel() throws IOException {
    Path source = TinyCheckpoints.write(home.resolve("source"), TinyCheckpoints.qwen3());
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        hub.with(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
  }

  @Test
  void fetchedModelCanBeInspectedByItsId() throws IOException {
    tinyModel();
    Ran ran = run("fetch", "model", "org/name").done();
    Path snapshot =
        home.resolve(".cache/huggingface/hub/models--org--name/snapshots").resolve(LocalHub.COMMIT);
    assertThat(ran.out()).isEqualTo(snapshot + "\n");
    assertThat(ran.err()).startsWith("org/name: ").doesNotContain("\u001b");
    Ran again = run("fetch", "model", "org/name", "--revision", "main").done();
    assertThat(again.err()).contains(", all of it is here");
    assertThat(run("inspect", "--model", "org/name").done().out()).contains("qwen3");
  }

  @Test
  void datasetFilesAreThoseThatMatch() {
    hub.with("data/validation-0.parquet", "v").with("data/train-0.parquet", "t");
    Ran ran =
        run("fetch", "dataset", "org/name@main", "--files", "data/validation-*.parquet", "--quiet")
            .done();
    Path snapshot = Path.of(ran.out().strip());
    assertThat(snapshot.resolve("data/validation-0.parquet")).hasContent("v");
    assertThat(snapshot.resolve("data/train-0.parquet")).doesNotExist();
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void refusalsAreOneLineAndExitWithTwo() {
    hub.with("config.json", "{}").with("pytorch_model.bin", "x");
    run("fetch", "model", "org/name").refused("only as pytorch_model.bin");
    run("fetch", "model", "org//name").refused("'org//name' is no id of a model");
    hub.fault("list", (exchange, content) -> exchange.sendResponseHeaders(404, -1));
    run("fetch", "dataset", "org/nmae").refused("no dataset 'org/nmae'");
    environment.put("HF_HUB_OFFLINE", "1");
    run("fetch", "model", "org/name").refused("HF_HUB_OFFLINE=1 forbids the network");
  }

  @Test
  void folderThatCannotBeWrittenIsNamed() throws IOException {
    tinyModel();
    Path file = Files.writeString(home.resolve("file"), "x");
    environment.put("HF_HUB_CACHE", file.toString());
    run("fetch", "model", "org/name").refused(file + " cannot be written");
  }

  @Test
  void wordsThatAreNoneAreExplained() {
    run("fetch").refused("Missing required subcommand", "sluice fetch --help");
    run("fetch", "modle").refused("'modle'", "Did you mean 'model'?");
    run("fetch", "model").refused("ID", "sluice fetch model --help");
    run("fetch", "model", "a/b", "--files", "x").refused("'--files'");
  }

  @Test
  void kindsAndTheirOptionsAreThese() {
    ByteArrayOutputStream nowhere = new ByteArrayOutputStream();
    Map<String, CommandLine> kinds =
        new TreeMap<>(fetch(commands(nowhere, nowhere)).getSubcommands());
    assertThat(kinds).containsOnlyKeys("model", "dataset", "task");
    List<String> both = List.of("--revision", "--quiet");
    for (Map.Entry<String, CommandLine> entry : kinds.entrySet()) {
      String kind = entry.getKey();
      List<String> options = options(entry.getValue());
      assertThat(options).as(kind).containsAll(both);
      assertThat(options).hasSize(kind.equals("model") ? 2 : 3);
      Ran help = run("fetch", kind, "--help").done();
      assertThat(help.out()).startsWith("Usage: sluice fetch " + kind);
      assertThat(help.out()).contains(options);
      assertThat(help.out().lines()).allSatisfy(l -> assertThat(l).hasSizeLessThanOrEqualTo(100));
    }
  }

  private static CommandLine fetch(CommandLine root) {
    return Objects.requireNonNull(root.getSubcommands().get("fetch"), "fetch");
  }

  private static List<String> options(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .map(OptionSpec::longestName)
        .filter(n -> !n.equals("--help") && !n.equals("--version"))
        .toList();
  }
}
