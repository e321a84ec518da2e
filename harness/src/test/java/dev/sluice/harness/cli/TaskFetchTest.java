package dev.sluice.harness.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.benchmarks.task.Task;
import dev.sluice.benchmarks.task.TaskLibrary;
import dev.sluice.harness.fetch.FetchListener;
import dev.sluice.harness.fetch.HubFiles;
import dev.sluice.harness.fetch.HubSettings;
import dev.sluice.harness.fetch.LocalHub;
import dev.sluice.harness.fetch.Pace;
import dev.sluice.harness.session.TaskFetch;
import dev.sluice.scorers.PrerequisiteException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tasks need comes from a local hub, and is found by its data set's id. */
class TaskFetchTest {
  private static final String TEST = "ARC-Easy/test-00000-of-00001.parquet";

  @TempDir Path home;

  private final LocalHub hub = new LocalHub();
  private final Map<String, String> environment = new HashMap<>();

  @AfterEach
  void stop() {
    hub.close();
  }

  private Ran run(String... arguments) {
    environment.putIfAbsent("HOME", home.toString());
    environment.putIfAbsent("HF_ENDPOINT", hub.endpoint().toString());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.commands(
                new Console(
                    new PrintStream(out, true, UTF_8),
                    new PrintStream(err, true, UTF_8),
                    environment))
            .execute(arguments);
    return new Ran(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  private Ran eval(String... more) {
    TinyWorld world = TinyWorld.in(home);
    List<String> line = new ArrayList<>(List.of("eval", "--model", world.model().toString()));
    line.addAll(List.of("--journal", world.journal().toString(), "--quiet"));
    line.addAll(List.of(more));
    return run(line.toArray(String[]::new));
  }

  private Path dataset(String id) {
    return home.resolve(".cache/huggingface/hub/datasets--" + id.replace("/", "--"));
  }

  private Path snapshot(String id) {
    return dataset(id).resolve("snapshots").resolve(LocalHub.COMMIT);
  }

  /** Questions of ARC, with an answer each, as Parquet. */
  private byte[] arc(String name, int rows) throws SQLException, IOException {
    Path file = home.resolve(name + ".parquet");
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = database.createStatement()) {
      statement.execute(
          ("COPY (SELECT '%s' || i AS id, 'gate ' || i || '?' AS question,"
                  + " {'text': ['open', 'shut'], 'label': ['A', 'B']} AS choices,"
                  + " 'A' AS \"answerKey\" FROM range(%d) t(i)) TO '%s' (FORMAT parquet)")
              .formatted(name, rows, file));
    }
    return Files.readAllBytes(file);
  }

  private void arcOnTheHub() throws SQLException, IOException {
    hub.with(TEST, arc("test", 3)).with("ARC-Easy/train-00000-of-00001.parquet", arc("train", 4));
    for (String other :
        List.of("ARC-Challenge/test", "ARC-Challenge/train", "ARC-Easy/validation")) {
      hub.with(other + "-00000-of-00001.parquet", other);
    }
    hub.with("README.md", "r");
  }

  private List<String> files(Path snapshot) throws IOException {
    try (Stream<Path> all = Files.walk(snapshot)) {
      return all.filter(Files::isRegularFile)
          .map(f -> snapshot.relativize(f).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void fetchedTaskIsEvaluatedWithoutSayingWhereItsDataLies() throws Exception {
    arcOnTheHub();
    Ran ran = run("fetch", "task", "arc_easy", "--quiet").done();
    assertThat(ran.out()).isEqualTo(snapshot("allenai/ai2_arc") + "\n");
    assertThat(ran.err()).isEmpty();
    assertThat(files(snapshot("allenai/ai2_arc")))
        .containsExactly(TEST, "ARC-Easy/train-00000-of-00001.parquet");
    assertThat(eval("--tasks", "arc_easy").done().out()).containsPattern("arc_easy +acc +0 +3 ");
    assertThat(eval("--tasks", "arc_easy", "--shots", "2").done().out())
        .containsPattern("arc_easy +acc +2 +3 ");
    String printed = ran.out().strip();
    assertThat(eval("--tasks", "arc_easy", "--data", printed).done().out())
        .containsPattern("arc_easy +acc +0 +3 ");
  }

  @Test
  void dataSetOfTwoTasksIsFetchedOnce() throws Exception {
    arcOnTheHub();
    Ran ran = run("fetch", "task", "arc_easy,arc_challenge", "arc_easy").done();
    assertThat(ran.out()).isEqualTo(snapshot("allenai/ai2_arc") + "\n");
    assertThat(files(snapshot("allenai/ai2_arc")))
        .hasSize(4)
        .noneMatch(f -> f.contains("validation"));
    assertThat(hub.requests()).filteredOn(r -> r.path().startsWith("/api/")).hasSize(1);
  }

  @Test
  void oneSubjectComesFromItsConfigurationAndAllFromOne() throws IOException {
    for (String config : List.of("all", "anatomy", "astronomy", "auxiliary_train")) {
      for (String split : List.of("dev", "test", "validation")) {
        hub.with(config + "/" + split + "-00000-of-00001.parquet", config + split);
      }
    }
    run("fetch", "task", "mmlu_anatomy").done();
    Path snapshot = snapshot("cais/mmlu");
    assertThat(files(snapshot))
        .containsExactly(
            "anatomy/dev-00000-of-00001.parquet", "anatomy/test-00000-of-00001.parquet");
    Files.delete(snapshot.resolve("anatomy/dev-00000-of-00001.parquet"));
    Files.delete(snapshot.resolve("anatomy/test-00000-of-00001.parquet"));
    run("fetch", "task", "mmlu").done();
    assertThat(files(snapshot))
        .containsExactly("all/dev-00000-of-00001.parquet", "all/test-00000-of-00001.parquet");
  }

  @Test
  void whatMainHasNotIsTakenFromTheHubsConversion() throws Exception {
    hub.with("arc.py", "a script").with("data/test.arrow", "x");
    hub.withConverted("ARC-Easy/test/0000.parquet", arc("a", 2))
        .withConverted("ARC-Easy/test/0001.parquet", arc("b", 3))
        .withConverted("ARC-Easy/train/0000.parquet", arc("c", 2))
        .withConverted("ARC-Challenge/test/0000.parquet", arc("d", 1));
    Ran ran = run("fetch", "task", "arc_easy").done();
    Path snapshot = dataset("allenai/ai2_arc").resolve("snapshots").resolve(LocalHub.CONVERTED);
    assertThat(ran.out()).isEqualTo(snapshot + "\n");
    assertThat(files(snapshot))
        .containsExactly(
            "ARC-Easy/test/0000.parquet",
            "ARC-Easy/test/0001.parquet",
            "ARC-Easy/train/0000.parquet");
    assertThat(dataset("allenai/ai2_arc").resolve("refs/refs/convert/parquet"))
        .hasContent(LocalHub.CONVERTED);
    assertThat(eval("--tasks", "arc_easy").done().out()).containsPattern("arc_easy +acc +0 +5 ");
  }

  @Test
  void splitThatIsNowhereIsRefusedInOneLine() throws Exception {
    hub.with("README.md", "r");
    run("fetch", "task", "arc_easy")
        .refused(
            "no rows of split 'test' of allenai/ai2_arc",
            "there is README.md",
            "refs/convert/parquet",
            "sluice fetch dataset allenai/ai2_arc --files");
    hub.withConverted("ARC-Easy/test/0000.parquet", arc("a", 2));
    run("fetch", "task", "arc_easy", "--revision", "main").refused("no rows of split 'test'");
    run("fetch", "task", "arc_easi").refused("no task 'arc_easi'");
    run("fetch", "task").refused("NAME");
    assertThat(dataset("allenai/ai2_arc").resolve("snapshots")).doesNotExist();
  }

  @Test
  void taskWithoutThePoolOfItsShotsIsFetchedAllTheSame() throws Exception {
    hub.with(TEST, arc("test", 3));
    run("fetch", "task", "arc_easy").done();
    assertThat(eval("--tasks", "arc_easy").done().out()).containsPattern("arc_easy +acc +0 +3 ");
    eval("--tasks", "arc_easy", "--shots", "1")
        .refused("task arc_easy: no rows of split 'train'", "sluice fetch task arc_easy");
  }

  @Test
  void missingPartOfASplitIsNamedBeforeAnythingIsFetched() {
    hub.with("ARC-Easy/test-00001-of-00002.parquet", "x");
    run("fetch", "task", "arc_easy")
        .refused("part ARC-Easy/test-00000-of-00002.parquet of a split is missing");
    assertThat(hub.requests()).noneMatch(r -> r.path().endsWith(".parquet"));
  }

  @Test
  void dataThatIsNotThereIsNamedWithThePlacesAndTheCommand() throws IOException {
    eval("--tasks", "mmlu_stem")
        .refused(
            "task mmlu_",
            "cais/mmlu is not in the hub cache: looked at " + dataset("cais/mmlu"),
            "refs/convert/parquet",
            "Run 'sluice fetch task mmlu_stem'",
            "--data DIR");
    Files.createDirectories(dataset("cais/mmlu").resolve("snapshots/c0/all"));
    eval("--tasks", "mmlu_anatomy")
        .refused(
            "no rows of split 'test' of cais/mmlu in " + dataset("cais/mmlu"),
            "there is all",
            "Run 'sluice fetch task mmlu_anatomy'");
  }

  @Test
  void taskOfTheUsersOwnIsFetchedToo() throws IOException {
    Path task =
        Files.writeString(
            home.resolve("gate.yaml"),
            """
            name: gate
            version: "1.0"
            measures: Whether the gate is open.
            licence: Apache-2.0
            source: {dataset: own/gate, split: test, rows: 2}
            request: multiple_choice
            context: "{q}?"
            choices: ["open", "shut"]
            gold: {rule: index, field: label}
            metrics: [acc]
            """);
    hub.with("data/test.jsonl", "{\"q\": \"a\", \"label\": 0}\n{\"q\": \"b\", \"label\": 1}\n");
    run("fetch", "task", "gate", "--task-file", task.toString()).done();
    assertThat(eval("--tasks", "gate", "--task-file", task.toString()).done().out())
        .containsPattern("gate +acc +0 +2 ");
  }

  private Path fetch(List<Duration> waits) throws InterruptedException {
    Task task = TaskLibrary.shipped().find("arc_easy").getFirst().task();
    HubSettings settings = new HubSettings(hub.endpoint(), "hf_secret", home.resolve("cache"));
    Pace pace = new Pace(waits::add, Clock.systemUTC(), Duration.ofSeconds(20));
    FetchListener silent =
        new FetchListener() {
          @Override
          public void planned(int files, long bytes, long present) {}

          @Override
          public void reached(long bytes) {}

          @Override
          public void note(String line) {}
        };
    HubFiles files = new HubFiles(settings, pace, silent);
    return TaskFetch.of(List.of(task)).getFirst().with(files::fetch, Optional.empty());
  }

  @Test
  void droppedTruncatedAndWrongBytesAreFetchedAgain() throws Exception {
    arcOnTheHub();
    byte[] content = arc("test", 3);
    hub.fault("list", LocalHub.dropAfter(20))
        .fault(TEST, LocalHub.dropAfter(100))
        .fault(TEST, LocalHub.truncateAt(50))
        .fault("ARC-Easy/train-00000-of-00001.parquet", LocalHub.wrongByte());
    List<Duration> waits = new ArrayList<>();
    Path snapshot = fetch(waits);
    assertThat(snapshot.resolve(TEST)).hasBinaryContent(content);
    assertThat(snapshot.resolve("ARC-Easy/train-00000-of-00001.parquet"))
        .hasBinaryContent(arc("train", 4));
    assertThat(waits).hasSizeGreaterThanOrEqualTo(3);
    assertThat(hub.requests())
        .filteredOn(LocalHub.Request::toStore)
        .anyMatch(r -> r.range().equals(Optional.of("bytes=100-")))
        .allMatch(r -> r.token().isEmpty());
  }

  @Test
  void nothingIsSeenOfAFetchThatGaveUp() throws Exception {
    arcOnTheHub();
    hub.fault(TEST, LocalHub.wrongByte()).fault(TEST, LocalHub.wrongByte());
    assertThatThrownBy(() -> fetch(new ArrayList<>())).isInstanceOf(PrerequisiteException.class);
    Path repository = home.resolve("cache/datasets--allenai--ai2_arc");
    assertThat(repository.resolve("snapshots")).doesNotExist();
    assertThat(repository.resolve("refs")).doesNotExist();
  }
}
