package dev.sluice.harness.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.HubCache;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a fetch leaves in the cache. */
class HubFilesTest extends FetchFixture {
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void fetchedModelOpensFromTheCache(int shards) throws Exception {
    checkpoint(shards);
    hub.with("README.md", "not wanted").with("pytorch_model.bin", "nor this");
    Path snapshot = fetch();
    Path found = HubCache.find("org/name", Map.of("HF_HUB_CACHE", cache().toString()));
    assertThat(found).isEqualTo(snapshot);
    try (Checkpoint fetched = Checkpoint.open(found);
        Checkpoint source = Checkpoint.open(folder.resolve("source"))) {
      assertThat(fetched.layout().parameters()).isEqualTo(source.layout().parameters());
    }
    try (Stream<Path> files = Files.list(folder.resolve("source"))) {
      assertSame(found, files.map(f -> f.getFileName().toString()).toArray(String[]::new));
    }
    assertThat(found.resolve("README.md")).doesNotExist();
    assertThat(found.resolve("pytorch_model.bin")).doesNotExist();
    assertThat(waits).isEmpty();
  }

  @Test
  void layoutIsThatOfTheHubsOwnLibrary() throws Exception {
    smallModel(1000);
    Path snapshot = fetch();
    assertThat(snapshot).isEqualTo(model().resolve("snapshots").resolve(LocalHub.COMMIT));
    assertThat(model().resolve("refs/main")).hasContent(LocalHub.COMMIT);
    for (String name : List.of("config.json", WEIGHTS)) {
      Path link = snapshot.resolve(name);
      String etag = LocalHub.etag(name, hub.content(name));
      assertThat(Files.isSymbolicLink(link)).as(name).isTrue();
      assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("../../blobs/" + etag));
      assertThat(Files.isRegularFile(model().resolve("blobs/" + etag), LinkOption.NOFOLLOW_LINKS))
          .isTrue();
    }
  }

  @Test
  void tokenStaysWithTheHub() throws Exception {
    smallModel(1000);
    fetch();
    assertThat(hub.requests()).anyMatch(LocalHub.Request::toStore);
    assertThat(hub.requests())
        .allSatisfy(r ->
            assertThat(r.token())
                .as(r.toString())
                .isEqualTo(r.toStore() ? Optional.empty() : Optional.of("Bearer hf_secret")));
  }

  @Test
  void listWithoutSizesIsCompletedFromTheFilesThemselves() throws Exception {
    hub.withoutDescriptions();
    smallModel(3000);
    hub.fault(WEIGHTS, LocalHub.wrongByte());
    Path snapshot = fetch();
    assertSame(snapshot, WEIGHTS, "config.json");
    assertThat(hub.requests())
        .filteredOn(r -> r.method().equals("HEAD"))
        .hasSize(3)
        .noneMatch(LocalHub.Request::toStore);
  }

  @Test
  void whatIsThereIsNotFetchedAgain() throws Exception {
    smallModel(3000);
    Path snapshot = fetch();
    Files.delete(snapshot.resolve(WEIGHTS));
    int before = hub.requests().size();
    assertSame(fetch(), WEIGHTS);
    assertThat(hub.requests()).as("the list alone").hasSize(before + 1);
  }

  @Test
  void movedBranchIsFollowed() throws Exception {
    Files.createDirectories(model().resolve("refs"));
    Files.writeString(model().resolve("refs/main"), "f".repeat(40) + "\n");
    Path old = Files.createDirectories(model().resolve("snapshots").resolve("f".repeat(40)));
    smallModel(3000);
    Path snapshot = fetch();
    assertThat(HubCache.find("org/name", Map.of("HF_HUB_CACHE", cache().toString())))
        .isEqualTo(snapshot)
        .isNotEqualTo(old);
  }

  @Test
  void secondFetchOfTheSameRepositoryIsRefused() throws Exception {
    smallModel(3000);
    List<Throwable> second = new ArrayList<>();
    hub.fault(
        WEIGHTS,
        (exchange, content) -> {
          try {
            fetch();
          } catch (PrerequisiteException | InterruptedException e) {
            second.add(e);
          }
          LocalHub.send(exchange, content);
        });
    assertSame(fetch(), WEIGHTS);
    assertThat(second)
        .singleElement()
        .satisfies(e -> assertThat(e).hasMessageContaining("org/name is being fetched by"));
    fetch();
  }

  @Test
  void datasetFilesAreChosenByPattern() throws Exception {
    hub.with("data/validation-00000-of-00001.parquet", "v")
        .with("data/train 1.parquet", "t")
        .with("README.md", "r");
    Path snapshot =
        fetch(
            RepoType.DATASETS,
            FileChoice.glob("data/validation-*.parquet"),
            Duration.ofSeconds(20));
    assertThat(snapshot)
        .isEqualTo(cache().resolve("datasets--org--name/snapshots").resolve(LocalHub.COMMIT));
    String name = "data/validation-00000-of-00001.parquet";
    assertSame(snapshot, name);
    assertThat(Files.readSymbolicLink(snapshot.resolve(name)).toString())
        .startsWith("../../../blobs/");
    assertThat(snapshot.resolve("README.md")).doesNotExist();
    assertThat(hub.requests().getFirst().path()).isEqualTo("/api/datasets/org/name/revision/main");
    assertThat(hub.requests().get(1).path())
        .isEqualTo("/datasets/org/name/resolve/" + LocalHub.COMMIT + "/" + name);
    Path all = fetch(RepoType.DATASETS, FileChoice.glob("**/*"), Duration.ofSeconds(20));
    assertSame(all, name, "data/train 1.parquet", "README.md");
  }

  @Test
  void patternWithoutFilesAndBadPatternsAreRefused() {
    hub.with("data/train.parquet", "t");
    assertThatThrownBy(
            () -> fetch(RepoType.DATASETS, FileChoice.glob("*.csv"), Duration.ofSeconds(20)))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("no file that matches '*.csv'; it has data/train.parquet");
    assertThatThrownBy(
            () -> fetch(RepoType.DATASETS, FileChoice.glob("{a"), Duration.ofSeconds(20)))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("'{a' is no pattern");
  }
}
