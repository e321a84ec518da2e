package dev.sluice.harness.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubFilesTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  private final LocalHub hub = new LocalHub();
  private final List<Duration> waits = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Long> reached = new ArrayList<>();

  private final FetchListener listener =
      new FetchListener() {
        @Override
        public void planned(int files, long bytes, long present) {
          notes.add(files + " files, " + bytes + " bytes, " + present + " present");
        }

        @Override
        public void reached(long bytes) {
          reached.add(bytes);
        }

        @Override
        public void note(String line) {
          notes.add(line);
        }
      };

  @AfterEach
  void stop() {
    hub.close();
  }

  private Path cache() {
    return folder.resolve("hub");
  }

  private Path model() {
    return cache().resolve("models--org--name");
  }

  private Path fetch() throws InterruptedException {
    return fetch(RepoType.MODELS, FileChoice.model(), Duration.ofSeconds(20));
  }

  private Path fetch(RepoType type, FileChoice choice, Duration stall) throws InterruptedException {
    Pace pace = new Pace(waits::add, Clock.fixed(NOW, ZoneOffset.UTC), stall);
    HubSettings settings = new HubSettings(hub.endpoint(), "hf_secret", cache());
    return new HubFiles(settings, pace, listener)
        .fetch(new HubRepo(type, "org/name", "main"), choice);
  }

  private void checkpoint(int shards) throws IOException {
    Path source =
        TinyCheckpoints.write(folder.resolve("source"), TinyCheckpoints.qwen3().withShards(shards));
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        hub.with(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
  }

  private void smallModel(int weights) {
    byte[] bytes = new byte[weights];
    new Random(weights).nextBytes(bytes);
    hub.with("config.json", "{}").with("tokenizer.json", "{\"x\": 1}").with(WEIGHTS, bytes);
  }

  private void assertSame(Path snapshot, String... names) throws IOException {
    for (String name : names) {
      assertThat(snapshot.resolve(name)).as(name).hasBinaryContent(hub.content(name));
    }
  }

  private void assertNothingIsPublished() {
    assertThat(model().resolve("snapshots")).doesNotExist();
    assertThat(model().resolve("refs")).doesNotExist();
  }

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
  void droppedConnectionIsResumedWhereItBroke() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, LocalHub.dropAfter(100_000)).fault(WEIGHTS, LocalHub.dropAfter(50_000));
    assertSame(fetch(), WEIGHTS);
    List<Optional<String>> ranges =
        hub.requestsFor(WEIGHTS).stream()
            .filter(LocalHub.Request::toStore)
            .map(LocalHub.Request::range)
            .toList();
    assertThat(ranges)
        .containsExactly(
            Optional.empty(), Optional.of("bytes=100000-"), Optional.of("bytes=150000-"));
    assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    assertThat(reached.getLast()).isEqualTo(300_000 + 2 + 8);
    assertThat(reached).isSorted();
  }

  @Test
  void silentTruncationIsNoticed() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, LocalHub.truncateAt(299_999)).fault("config.json", LocalHub.truncateAt(1));
    assertSame(fetch(), WEIGHTS, "config.json");
    assertThat(notes).anyMatch(n -> n.contains("it ended after 299999 of 300000 bytes"));
  }

  @Test
  void nextProcessGoesOnWithWhatThisOneLeft() throws Exception {
    smallModel(300_000);
    for (int i = 0; i < Retries.IN_VAIN; i++) {
      hub.fault(WEIGHTS, LocalHub.dropAfter(i == 0 ? 120_000 : 0));
    }
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(WEIGHTS + ": ")
        .hasMessageContaining("the same command goes on from there")
        .hasMessageNotContaining("\n");
    assertNothingIsPublished();
    String etag = LocalHub.etag(WEIGHTS, hub.content(WEIGHTS));
    assertThat(model().resolve("blobs/" + etag + ".incomplete")).hasSize(120_000);
    reached.clear();
    assertSame(fetch(), WEIGHTS, "config.json");
    assertThat(hub.requests().getLast().range()).contains("bytes=120000-");
    assertThat(hub.requestsFor("config.json")).as("requests for what was there").hasSize(1);
    assertThat(notes).anyMatch(n -> n.endsWith("300010 bytes, 120010 present"));
    assertThat(reached.getFirst()).isEqualTo(120_010);
  }

  @Test
  void foreignBytesInAnIncompleteFileAreThrownAway() throws Exception {
    smallModel(300_000);
    String etag = LocalHub.etag(WEIGHTS, hub.content(WEIGHTS));
    Path incomplete = model().resolve("blobs/" + etag + ".incomplete");
    for (int left : List.of(1000, 300_000, 300_001)) {
      Files.createDirectories(model().resolve("blobs"));
      Files.deleteIfExists(model().resolve("blobs/" + etag));
      Files.write(incomplete, new byte[left]);
      assertSame(fetch(), WEIGHTS);
      assertThat(incomplete).doesNotExist();
    }
  }

  @Test
  void serverWithoutRangesIsReadFromTheBeginning() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, LocalHub.dropAfter(100_000));
    hub.fault(
        WEIGHTS,
        (exchange, content) -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content);
        });
    assertSame(fetch(), WEIGHTS);
  }

  @Test
  void anotherPartThanAskedForIsNotAppended() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, LocalHub.dropAfter(100_000));
    hub.fault(
        WEIGHTS,
        (exchange, content) -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 99999-299999/300000");
          exchange.sendResponseHeaders(206, 200_001);
          exchange.getResponseBody().write(Arrays.copyOfRange(content, 99_999, 300_000));
        });
    assertSame(fetch(), WEIGHTS);
    assertThat(notes).anyMatch(n -> n.contains("another part than was asked for"));
  }

  @Test
  void unsatisfiableRangeBeginsAnew() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, LocalHub.dropAfter(100_000)).fault(WEIGHTS, LocalHub.status(416));
    assertSame(fetch(), WEIGHTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {WEIGHTS, "config.json"})
  void wrongBytesAreFetchedOnceMore(String name) throws Exception {
    smallModel(300_000);
    hub.fault(name, LocalHub.wrongByte());
    assertSame(fetch(), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {WEIGHTS, "config.json"})
  void wrongBytesTwiceAreRefused(String name) {
    smallModel(3000);
    hub.fault(name, LocalHub.wrongByte()).fault(name, LocalHub.wrongByte());
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(name + " of org/name came 2 times with bytes that are not those");
    assertNothingIsPublished();
    String etag = LocalHub.etag(name, hub.content(name));
    assertThat(model().resolve("blobs").resolve(etag)).doesNotExist();
  }

  @Test
  void tooManyBytesAreRefused() throws Exception {
    smallModel(3000);
    hub.fault(
        WEIGHTS,
        (exchange, content) -> {
          exchange.sendResponseHeaders(200, 0);
          try (var body = exchange.getResponseBody()) {
            body.write(content);
            body.write(content);
          }
        });
    assertSame(fetch(), WEIGHTS);
    assertThat(notes).anyMatch(n -> n.contains("more came than the 3000 bytes"));
  }

  @Test
  void silentConnectionCountsAsBroken() throws Exception {
    smallModel(300_000);
    CountDownLatch end = new CountDownLatch(1);
    hub.fault(
        WEIGHTS,
        (exchange, content) -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, 70_000);
          exchange.getResponseBody().flush();
          await(end);
        });
    hub.fault("config.json", (exchange, content) -> await(end));
    try {
      Path snapshot = fetch(RepoType.MODELS, FileChoice.model(), Duration.ofMillis(100));
      assertSame(snapshot, WEIGHTS, "config.json");
      assertThat(notes)
          .anyMatch(n -> n.contains("does not answer"))
          .anyMatch(n -> n.contains("nothing comes from 127.0.0.1 any more"));
    } finally {
      end.countDown();
    }
  }

  private static void await(CountDownLatch end) {
    try {
      assertThat(end.await(20, TimeUnit.SECONDS)).as("the client gave up").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "429, 0, 1",
    "429, 17, 17",
    "503, 'Thu, 01 Jan 2026 00:01:00 GMT', 60",
    "500, 'soon', 1",
    "429, 'Thu, 01 Jan 2020 00:01:00 GMT', 1"
  })
  void busyServerIsAskedAgainWhenItSays(int status, String retryAfter, int seconds)
      throws Exception {
    smallModel(3000);
    hub.fault("list", LocalHub.status(status, "Retry-After", retryAfter));
    hub.fault(WEIGHTS, LocalHub.status(status, "Retry-After", retryAfter));
    assertSame(fetch(), WEIGHTS);
    assertThat(waits).containsExactly(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds));
    assertThat(notes).anyMatch(n -> n.contains("answers " + status));
  }

  @Test
  void backOffDoublesAndIsBounded() {
    smallModel(3000);
    for (int i = 0; i < 20; i++) {
      hub.fault("list", LocalHub.status(502));
    }
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("answers 502, at the last of 6 tries");
    assertThat(waits).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L);
  }

  @Test
  void longPatienceIsLeftToTheUser() {
    smallModel(3000);
    hub.fault("list", LocalHub.status(429, "Retry-After", "7200"));
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("120 minutes of patience");
    assertThat(waits).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "401, GatedRepo, 'org/name is gated: accept its terms'",
    "403, GatedRepo, 'org/name is gated: accept its terms'",
    "401, '', 'does not accept the token for org/name'",
    "403, '', 'access to org/name is forbidden'",
    "404, RepoNotFound, 'no model ''org/name'' with revision ''main'''",
    "404, RevisionNotFound, 'org/name has no revision ''main'''",
    "400, '', 'answers 400'"
  })
  void refusalsAreOneMessage(int status, String code, String message) {
    smallModel(3000);
    for (String where : List.of("list", WEIGHTS)) {
      hub.fault(where, LocalHub.status(status, "X-Error-Code", code));
      assertThatThrownBy(this::fetch)
          .as(where)
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining(message)
          .hasMessageNotContaining("hf_secret")
          .hasMessageNotContaining("\n");
    }
    assertThat(waits).isEmpty();
  }

  @Test
  void pickledWeightsAreRefusedBeforeAnythingIsFetched() {
    hub.with("config.json", "{}").with("pytorch_model.bin", "pickle");
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("org/name has its weights only as pytorch_model.bin");
    assertThat(hub.requests()).hasSize(1);
  }

  @Test
  void repositoriesThatAreNoModelsAreRefused() {
    hub.with("name-Q4.gguf", "x");
    assertThatThrownBy(this::fetch).hasMessageContaining("it has name-Q4.gguf");
    hub.with(WEIGHTS, "x");
    assertThatThrownBy(this::fetch).hasMessageContaining("no config.json");
  }

  @Test
  void missingShardIsNamed() {
    hub.with("config.json", "{}")
        .with("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"a.safetensors\"}}");
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("names shards that are not there, a.safetensors");
    assertNothingIsPublished();
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
  void spaceIsCheckedBefore() {
    smallModel(3000);
    hub.fault(
        "list",
        (exchange, content) -> {
          String huge =
              new String(content, java.nio.charset.StandardCharsets.UTF_8)
                  .replace("\"size\":3000", "\"size\":4000000000000000000");
          LocalHub.send(exchange, huge.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        });
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("org/name needs 3725290298.5 GiB more in " + cache())
        .hasMessageContaining("HF_HUB_CACHE");
    assertThat(hub.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json",
        "[]",
        "{}",
        "{\"sha\": \"../..\", \"siblings\": []}",
        "{\"sha\": \"0123456789\", \"siblings\": [{\"rfilename\": \"../../x\"}]}",
        "{\"sha\": \"0123456789\", \"siblings\": [{\"rfilename\": \"/etc/x\"}]}",
        "{\"sha\": \"0123456789\", \"siblings\": [{\"rfilename\": \"x\", \"blobId\": \"../y\"}]}",
        "{\"sha\": \"0123456789\", \"siblings\": [{\"rfilename\": \"x\", \"size\": -7}]}"
      })
  void hostileListIsRefused(String list) {
    hub.fault(
        "list",
        (exchange, content) ->
            LocalHub.send(exchange, list.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("the hub's list of the files of org/name cannot be understood")
        .hasMessageNotContaining("\n");
  }

  @Test
  void redirectsWithoutEndAreRefused() {
    smallModel(3000);
    for (int i = 0; i < 20; i++) {
      hub.fault("list", (exchange, content) -> LocalHub.redirect(exchange, "/api/again"));
    }
    assertThatThrownBy(this::fetch).hasMessageContaining("redirects more than 10 times");
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
