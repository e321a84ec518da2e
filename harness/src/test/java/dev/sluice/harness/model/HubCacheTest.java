package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubCacheTest {
  private static final String COMMIT = "0123456789abcdef";

  @TempDir Path home;

  @Test
  void existingFolderIsReturnedAsItIs() {
    assertThat(HubCache.find(home.toString(), Map.of())).isEqualTo(home);
  }

  @Test
  void variablesDecideInTheirOrder() throws IOException {
    Path hub = home.resolve("hub-cache");
    Path hf = home.resolve("hf");
    Path xdg = home.resolve("xdg");
    Map<String, String> all =
        Map.of(
            "HF_HUB_CACHE", hub.toString(),
            "HF_HOME", hf.toString(),
            "XDG_CACHE_HOME", xdg.toString(),
            "HOME", home.toString());
    List<Path> roots =
        List.of(
            hub,
            hf.resolve("hub"),
            xdg.resolve("huggingface/hub"),
            home.resolve(".cache/huggingface/hub"));
    Map<String, String> left = new HashMap<>(all);
    for (int i = 0; i < roots.size(); i++) {
      Path snapshot = snapshot(roots.get(i), "main", COMMIT);
      assertThat(HubCache.find("org/name", left)).isEqualTo(snapshot);
      left.remove(List.of("HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME").get(i));
    }
  }

  @Test
  void tildeAndBlankVariablesAreUnderstood() throws IOException {
    Path snapshot = snapshot(home.resolve("models"), "main", COMMIT);
    Map<String, String> environment =
        Map.of("HF_HUB_CACHE", "~/models", "HF_HOME", "", "HOME", home.toString());
    assertThat(HubCache.find("org/name", environment)).isEqualTo(snapshot);
    Path plain = snapshot(home.resolve(".cache/huggingface/hub"), "main", COMMIT);
    assertThat(HubCache.find("org/name", Map.of("HF_HUB_CACHE", " ", "HOME", home.toString())))
        .isEqualTo(plain);
  }

  @Test
  void revisionIsARefOrACommit() throws IOException {
    Path main = snapshot(home, "main", COMMIT);
    Path pull = snapshot(home, "refs/pr/3", "fedcba98");
    assertThat(find("org/name")).isEqualTo(main);
    assertThat(find("org/name@refs/pr/3")).isEqualTo(pull);
    assertThat(find("org/name@fedcba98")).isEqualTo(pull);
    assertThatThrownBy(() -> find("org/name@v2"))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("refs/v2")
        .hasMessageContaining("snapshots/v2");
  }

  @Test
  void soleSnapshotServesWithoutARef() throws IOException {
    Path model = home.resolve("models--org--name");
    Path only = Files.createDirectories(model.resolve("snapshots").resolve(COMMIT));
    assertThat(find("org/name")).isEqualTo(only);
    Files.createDirectories(model.resolve("snapshots").resolve("abc"));
    assertThatThrownBy(() -> find("org/name"))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("holds 2 snapshots and no refs/main")
        .hasMessageContaining("org/name@" + COMMIT);
  }

  @Test
  void modelWithoutAnOrganisationIsFound() throws IOException {
    Path snapshot = Files.createDirectories(home.resolve("models--gpt2/snapshots/" + COMMIT));
    assertThat(find("gpt2")).isEqualTo(snapshot);
  }

  @Test
  void everyPlaceIsNamedWhereNothingIsFound() {
    Path model = home.resolve("models--org--name");
    assertThatThrownBy(() -> find("org/name"))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("model 'org/name' is neither a folder nor in the hub cache")
        .hasMessageContaining(Path.of("org/name").toAbsolutePath().toString())
        .hasMessageContaining(model.resolve("refs/main").toString())
        .hasMessageContaining(model.resolve("snapshots").toString())
        .hasMessageNotContaining("\n");
  }

  @Test
  void refThatPointsNowhereOrOutsideIsNotFollowed() throws IOException {
    snapshot(home, "main", COMMIT);
    Files.writeString(home.resolve("models--org--name/refs/main"), "../../..");
    Files.createDirectories(home.resolve("models--org--name/snapshots/abc"));
    assertThatThrownBy(() -> find("org/name")).isInstanceOf(PrerequisiteException.class);
    assertThatThrownBy(() -> find("org/name@../../x"))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void whatIsNeitherFolderNorIdIsNamed() throws IOException {
    Path file = Files.writeString(home.resolve("model.safetensors"), "x");
    assertThatThrownBy(() -> find(file.toString())).hasMessageContaining("is no folder");
    for (String name : List.of("", "/no/such/folder", "a/b/c", "./x", "a\u0000b", "x y")) {
      assertThatThrownBy(() -> find(name))
          .as(name)
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("does not exist: give the folder of a checkpoint");
    }
  }

  private HubCache.Snapshots dataset(String id) {
    return HubCache.dataset(id, Map.of("HF_HUB_CACHE", home.toString()));
  }

  private Path data(String ref, String commit) throws IOException {
    Path repository = home.resolve("datasets--org--name");
    Path file = repository.resolve("refs").resolve(ref);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, commit);
    return Files.createDirectories(repository.resolve("snapshots").resolve(commit));
  }

  @Test
  void dataSetIsThatOfMainThenTheHubsConversion() throws IOException {
    snapshot(home, "main", COMMIT);
    HubCache.Snapshots none = dataset("org/name");
    assertThat(none.found()).as("a model of that name is none").isEmpty();
    assertThat(none.places())
        .contains(
            home.resolve("datasets--org--name/refs/main").toString(),
            home.resolve("datasets--org--name/refs/refs/convert/parquet").toString());
    Path converted = data("refs/convert/parquet", "abc");
    assertThat(dataset("org/name").found()).containsExactly(converted);
    Path main = data("main", "def");
    data("v1", "123");
    assertThat(dataset("org/name").found()).containsExactly(main, converted);
  }

  @Test
  void soleSnapshotOfADataSetServesAndOfSeveralNone() throws IOException {
    Path only = data("v1", "abc");
    assertThat(dataset("org/name").found()).containsExactly(only);
    data("v2", "def");
    assertThatThrownBy(() -> dataset("org/name"))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("holds 2 snapshots and no refs/main")
        .hasMessageContaining("--data, such as " + only);
  }

  @Test
  void whatIsNoIdOfADataSetIsNotLookedFor() throws IOException {
    data("main", "abc");
    for (String id : List.of("../datasets--org--name", "org/name@main", "a/b/c", "")) {
      assertThat(dataset(id).found()).as(id).isEmpty();
    }
  }

  private Path find(String name) {
    return HubCache.find(name, Map.of("HF_HUB_CACHE", home.toString()));
  }

  private static Path snapshot(Path root, String ref, String commit) throws IOException {
    Path model = root.resolve("models--org--name");
    Path file = model.resolve("refs").resolve(ref);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, commit + "\n");
    return Files.createDirectories(model.resolve("snapshots").resolve(commit));
  }
}
