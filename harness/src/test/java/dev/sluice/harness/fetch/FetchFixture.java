package dev.sluice.harness.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A local hub, a cache folder, and what a fetch told and waited for. */
abstract class FetchFixture {
  static final String WEIGHTS = "model.safetensors";
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  final LocalHub hub = new LocalHub();
  final List<Duration> waits = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  final List<Long> reached = new ArrayList<>();

  final FetchListener listener =
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

  Path cache() {
    return folder.resolve("hub");
  }

  Path model() {
    return cache().resolve("models--org--name");
  }

  Path fetch() throws InterruptedException {
    return fetch(RepoType.MODELS, FileChoice.model(), Duration.ofSeconds(20));
  }

  Path fetch(RepoType type, FileChoice choice, Duration stall) throws InterruptedException {
    Pace pace = new Pace(waits::add, Clock.fixed(NOW, ZoneOffset.UTC), stall);
    HubSettings settings = new HubSettings(hub.endpoint(), "hf_secret", cache());
    return new HubFiles(settings, pace, listener)
        .fetch(new HubRepo(type, "org/name", "main"), choice);
  }

  /** Send so many bytes of the weights and drop the connection when the file has the given length. */
  LocalHub.Fault dropWhenWritten(int bytes, long length) {
    Path file = incompleteWeights();
    return LocalHub.dropAfter(bytes, () -> file.toFile().length() >= length);
  }

  Path incompleteWeights() {
    String etag = LocalHub.etag(WEIGHTS, hub.content(WEIGHTS));
    return model().resolve("blobs/" + etag + ".incomplete");
  }

  void checkpoint(int shards) throws IOException {
    Path source =
        TinyCheckpoints.write(folder.resolve("source"), TinyCheckpoints.qwen3().withShards(shards));
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        hub.with(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
  }

  void smallModel(int weights) {
    byte[] bytes = new byte[weights];
    new Random(weights).nextBytes(bytes);
    hub.with("config.json", "{}").with("tokenizer.json", "{\"x\": 1}").with(WEIGHTS, bytes);
  }

  void assertSame(Path snapshot, String... names) throws IOException {
    for (String name : names) {
      assertThat(snapshot.resolve(name)).as(name).hasBinaryContent(hub.content(name));
    }
  }

  void assertNothingIsPublished() {
    assertThat(model().resolve("snapshots")).doesNotExist();
    assertThat(model().resolve("refs")).doesNotExist();
  }
}
