package dev.sluice.harness.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootsTest {
  private static final String COMMIT = "0123456789abcdef";

  @TempDir private Path temporary;
  private Path folder;
  private Path outside;
  private ServiceWorld world;

  @BeforeEach
  void world() throws IOException {
    folder = temporary.toRealPath();
    world = ServiceWorld.in(folder, 2);
    outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret.txt"), "secret");
    TinyCheckpoints.write(outside.resolve("model"), TinyCheckpoints.llama().withBlocks(2));
  }

  private static String refusal(Runnable action) {
    try {
      action.run();
    } catch (PrerequisiteException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("not refused");
  }

  /** The refusal, with the name itself blotted out. */
  private String refusal(String name) {
    String text = refusal(() -> world.roots().text(name));
    assertThat(text).contains("'" + name.replaceAll("\\p{Cntrl}", " ") + "'");
    assertThat(refusal(() -> world.roots().data(name))).isNotEmpty();
    assertThat(refusal(() -> world.roots().model(name))).isNotEmpty();
    return text.replace("'" + name.replaceAll("\\p{Cntrl}", " ") + "'", "NAME");
  }

  @Test
  void namesUnderARootAndAbsolutePathsInsideOneAreFound() {
    Roots roots = world.roots();
    Path model = world.models().resolve("tiny");
    assertThat(roots.model("tiny")).isEqualTo(model);
    assertThat(roots.model("./tiny/")).isEqualTo(model);
    assertThat(roots.model(model.toString())).isEqualTo(model);
    assertThat(roots.text("text.txt")).isEqualTo(world.data().resolve("text.txt"));
    assertThat(roots.data(".")).isEqualTo(world.data());
  }

  @Test
  void everythingElseIsRefusedInTheSameWords() {
    List<String> names =
        List.of(
            "",
            " ",
            "none.txt",
            "..",
            "../outside/secret.txt",
            "../outside/none.txt",
            "tiny/../../outside/secret.txt",
            "x/../text.txt",
            outside.resolve("secret.txt").toString(),
            outside.resolve("none.txt").toString(),
            world.data() + "/../outside/secret.txt",
            "/etc/passwd",
            "/",
            "~",
            "text.txt\u0000",
            "\u0000",
            "demo/../../outside/secret.txt",
            "demo/model.safetensors");
    assertThat(names.stream().map(this::refusal).distinct()).hasSize(1);
  }

  @Test
  void modelsAndTextsAreLookedForEachUnderTheirOwnRoots() {
    Roots roots = world.roots();
    refusal(() -> roots.text(world.models().resolve("tiny/config.json").toString()));
    refusal(() -> roots.model(world.data().toString()));
    refusal(() -> roots.model("text.txt"));
    refusal(() -> roots.text("."));
  }

  @Test
  void linksThatLeaveAllRootsAreRefusedAndOthersAreNot() throws IOException {
    Roots roots = world.roots();
    Files.createSymbolicLink(world.data().resolve("out.txt"), outside.resolve("secret.txt"));
    Files.createSymbolicLink(world.data().resolve("out"), outside);
    Files.createSymbolicLink(world.data().resolve("in.txt"), world.data().resolve("text.txt"));
    Files.createSymbolicLink(world.models().resolve("out"), outside.resolve("model"));
    Files.createSymbolicLink(world.models().resolve("in"), world.models().resolve("tiny"));
    refusal(() -> roots.text("out.txt"));
    refusal(() -> roots.text("out/secret.txt"));
    refusal(() -> roots.text(world.data().resolve("out.txt").toString()));
    refusal(() -> roots.model("out"));
    assertThat(roots.text("in.txt")).isEqualTo(world.data().resolve("text.txt"));
    assertThat(roots.model("in")).isEqualTo(world.models().resolve("tiny"));
  }

  @Test
  void folderIsRefusedForOneLinkInItThatLeadsOut() throws IOException {
    Roots roots = world.roots();
    Path tokenizer = world.models().resolve("tiny/tokenizer.json");
    Files.move(tokenizer, outside.resolve("tokenizer.json"));
    Files.createSymbolicLink(tokenizer, outside.resolve("tokenizer.json"));
    refusal(() -> roots.model("tiny"));
    Files.delete(tokenizer);
    assertThat(roots.model("tiny")).exists();
    Files.createSymbolicLink(tokenizer, outside.resolve("nowhere"));
    refusal(() -> roots.model("tiny"));

    Path deep = Files.createDirectories(world.data().resolve("set/a/b"));
    assertThat(roots.data("set")).exists();
    Files.createSymbolicLink(deep.resolve("rows.jsonl"), outside.resolve("secret.txt"));
    refusal(() -> roots.data("set"));
  }

  @Test
  void loopOfLinksEnds() throws IOException {
    Roots roots = world.roots();
    Path set = Files.createDirectories(world.data().resolve("set"));
    Files.createSymbolicLink(set.resolve("again"), set);
    assertThat(roots.data("set")).isEqualTo(set);
    assertThat(roots.texts()).extracting(Inventory.Text::name).contains("text.txt");
  }

  private Path hubModel(String org, String name) throws IOException {
    Path repository = folder.resolve("hub/models--" + org + "--" + name);
    Path blobs = Files.createDirectories(repository.resolve("blobs"));
    TinyCheckpoints.write(blobs, TinyCheckpoints.llama().withBlocks(3));
    Path snapshot = Files.createDirectories(repository.resolve("snapshots").resolve(COMMIT));
    try (Stream<Path> files = Files.list(blobs)) {
      for (Path blob : files.toList()) {
        Files.createSymbolicLink(
            snapshot.resolve(blob.getFileName()),
            Path.of("../../blobs").resolve(blob.getFileName()));
      }
    }
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), COMMIT);
    return snapshot;
  }

  @Test
  void hubCacheIsARootWhoseFilesAreLinks() throws IOException {
    Path snapshot = hubModel("org", "name");
    Roots roots = world.roots();
    assertThat(roots.model("org/name")).isEqualTo(snapshot);
    assertThat(roots.model("org/name@" + COMMIT)).isEqualTo(snapshot);
    refusal(() -> roots.model("org/other"));
    assertThat(roots.models())
        .extracting(Inventory.Model::name)
        .containsExactly("demo", "tiny", "org/name");
    Files.delete(snapshot.resolve("tokenizer.json"));
    Files.createSymbolicLink(snapshot.resolve("tokenizer.json"), outside.resolve("secret.txt"));
    refusal(() -> roots.model("org/name"));
  }

  @Test
  void folderOfTheWorkingDirectoryIsNoModel() {
    refusal(() -> world.roots().model("src"));
    refusal(() -> world.roots().model("target"));
  }

  @Test
  void builtInModelAndItsTextsAreAlwaysThere() {
    Roots roots =
        Roots.of(List.of(), List.of(), world.journals(), Map.of("HF_HUB_CACHE", "/nowhere"));
    assertThat(roots.model("demo").resolve("model.safetensors")).exists();
    assertThat(roots.text("demo/calibration.txt")).exists();
    assertThat(roots.text("demo/heldout.txt")).exists();
    assertThat(roots.texts())
        .extracting(Inventory.Text::name)
        .containsExactly("demo/calibration.txt", "demo/heldout.txt");
    Inventory.Model demo = roots.models().getFirst();
    assertThat(demo.config().orElseThrow().blocks()).isPositive();
    assertThat(demo.bytes()).isGreaterThan(1_000_000);
    assertThat(demo.problem()).isEmpty();
  }

  @Test
  void inventoryTellsWhatCanBeNamedAndWhatIsWrong() throws IOException {
    Path broken = Files.createDirectories(world.models().resolve("group/broken"));
    Files.writeString(broken.resolve("config.json"), "{}");
    Files.createSymbolicLink(world.models().resolve("out"), outside.resolve("model"));
    Files.createDirectories(world.data().resolve("books"));
    Files.writeString(world.data().resolve("books/one.jsonl"), "{}\n");
    Files.writeString(world.data().resolve("books/cover.png"), "");
    Files.createSymbolicLink(world.data().resolve("out"), outside);
    Roots roots = world.roots();
    Map<String, Boolean> models =
        roots.models().stream()
            .collect(Collectors.toMap(Inventory.Model::name, m -> m.problem().isEmpty()));
    assertThat(models).isEqualTo(Map.of("demo", true, "tiny", true, "group/broken", false));
    assertThat(roots.texts())
        .extracting(Inventory.Text::name)
        .containsExactly("demo/calibration.txt", "demo/heldout.txt", "books/one.jsonl", "text.txt");
    roots.models().forEach(model -> assertThat(roots.model(model.name())).exists());
    roots.texts().forEach(text -> assertThat(roots.text(text.name())).exists());
  }

  @Test
  void inventoryIsBounded() throws IOException {
    for (int i = 0; i < Inventory.MOST + 20; i++) {
      Files.writeString(world.data().resolve("text-" + i + ".txt"), "");
    }
    Path deep = world.data().resolve("a/b/c/d/e/f/g");
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("deep.txt"), "");
    assertThat(world.roots().texts()).hasSize(Inventory.MOST);
  }

  @Test
  void rootThatIsNotThereIsNamed() {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(
            () -> Roots.of(List.of(folder.resolve("none")), List.of(), world.journals(), Map.of()))
        .withMessageContaining(folder.resolve("none").toString());
  }
}
