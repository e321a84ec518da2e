package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.model.SafetensorsFile.Tensor;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsDigestTest {
  @TempDir Path home;
  private Path folder;
  private Path cache;

  @BeforeEach
  void places() {
    folder = home.resolve("model");
    cache = home.resolve("cache").resolve("digests.json");
  }

  @Test
  void digestIsSha256OverTheTensorsByName() throws NoSuchAlgorithmException {
    TinySpec spec = TinyCheckpoints.llama();
    TinyCheckpoints.write(folder, spec);
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    List<Tensor> tensors = new ArrayList<>(written(spec));
    tensors.sort(Comparator.comparing(Tensor::name));
    for (Tensor t : tensors) {
      String heading = t.name() + "\nF32\n" + t.shape() + "\n";
      sha.update(heading.getBytes(StandardCharsets.UTF_8));
      sha.update(t.data());
    }
    assertThat(digest()).isEqualTo(HexFormat.of().formatHex(sha.digest()));
  }

  @Test
  void digestDoesNotDependOnShardsOrderOrUnusedTensors() throws IOException {
    TinySpec spec = TinyCheckpoints.qwen2();
    TinyCheckpoints.write(folder, spec);
    String single = digest();
    for (int shards : List.of(2, 5)) {
      Path other = TinyCheckpoints.write(home.resolve("s" + shards), spec.withShards(shards));
      assertThat(digest(other)).as("%d shards", shards).isEqualTo(single);
    }
    List<Tensor> tensors = new ArrayList<>(written(spec));
    tensors.add(new Tensor("lm_head.weight", "F32", List.of(1L), new byte[4]));
    Collections.shuffle(tensors, new Random(3));
    TinyCheckpoints.writeWeights(folder, tensors, 1);
    assertThat(digest()).isEqualTo(single);
  }

  @Test
  void digestTellsContentTypeAndTyingApart() {
    TinySpec spec = TinyCheckpoints.llama();
    Set<String> digests = new HashSet<>();
    List<TinySpec> specs =
        List.of(
            spec,
            spec.withSeed(9),
            spec.withDtype(Dtype.FLOAT16),
            spec.withDtype(Dtype.BFLOAT16),
            spec.withTied(false));
    for (TinySpec s : specs) {
      digests.add(digest(TinyCheckpoints.write(home.resolve("m" + digests.size()), s)));
    }
    assertThat(digests).hasSize(specs.size());
  }

  @Test
  void cachedDigestIsNotComputedAgain() throws IOException {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama().withShards(2));
    String digest = digest();
    String marker = "0".repeat(64);
    Files.writeString(cache, Files.readString(cache).replace(digest, marker));
    assertThat(digest()).as("what the cache says").isEqualTo(marker);
    Path shard = folder.resolve("model-00002-of-00002.safetensors");
    Files.setLastModifiedTime(shard, FileTime.fromMillis(1_000));
    assertThat(digest()).as("after a change of time").isEqualTo(digest);
    assertThat(Files.readString(cache)).doesNotContain(marker);
    Files.writeString(cache, Files.readString(cache).replace(digest, marker));
    Files.setLastModifiedTime(folder.resolve("config.json"), FileTime.fromMillis(1_000));
    assertThat(digest()).as("after a change of the config").isEqualTo(digest);
  }

  @Test
  void cacheHoldsOneDigestForEachFolder() throws IOException {
    Path other = TinyCheckpoints.write(home.resolve("other"), TinyCheckpoints.qwen3());
    TinyCheckpoints.write(folder, TinyCheckpoints.llama());
    String first = digest();
    String second = digest(other);
    TinyCheckpoints.write(folder, TinyCheckpoints.llama().withSeed(77));
    String third = digest();
    assertThat(Files.readString(cache)).contains(second, third).doesNotContain(first);
    try (Stream<Path> files = Files.list(cache.resolveSibling("."))) {
      assertThat(files).as("no temporary file stays").hasSize(1);
    }
  }

  @Test
  void uselessCacheIsDoneWithout() throws IOException {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama());
    String digest = digest();
    String good = Files.readString(cache);
    for (String text :
        List.of("", "{", "[1]", "{\"a\":[]}", "\u0000\u0001", good.replace(digest, "xyz"))) {
      Files.writeString(cache, text);
      assertThat(digest()).as("cache: %s", text).isEqualTo(digest);
      assertThat(Files.readString(cache)).contains(digest);
    }
    Path file = Files.writeString(home.resolve("file"), "x");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(WeightsDigest.of(checkpoint, file.resolve("digests.json"))).isEqualTo(digest);
      assertThat(WeightsDigest.of(checkpoint, home)).as("a folder").isEqualTo(digest);
    }
  }

  @Test
  void firstValueThatIsNotFiniteIsNamed() throws IOException {
    for (Dtype dtype : Dtype.values()) {
      byte[] infinite =
          switch (dtype) {
            case FLOAT32 -> new byte[] {0, 0, (byte) 0x80, (byte) 0xFF};
            case BFLOAT16 -> new byte[] {(byte) 0x80, 0x7F};
            case FLOAT16 -> new byte[] {0x01, (byte) 0xFC};
          };
      TinySpec spec = TinyCheckpoints.llama().withDtype(dtype);
      TinyCheckpoints.write(folder, spec);
      List<Tensor> tensors = new ArrayList<>(written(spec));
      byte[] data = tensors.getFirst().data();
      System.arraycopy(infinite, 0, data, 137 * infinite.length, infinite.length);
      System.arraycopy(infinite, 0, data, 150 * infinite.length, infinite.length);
      TinyCheckpoints.writeWeights(folder, tensors, 1);
      assertThatThrownBy(this::digest)
          .as(dtype.id())
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("model.safetensors: tensor model.embed_tokens.weight [264, 32]")
          .hasMessageContaining("is NaN or infinite at element 137 ");
      assertThat(cache).doesNotExist();
    }
  }

  @Test
  void fileDigestIsSha256() throws IOException {
    Path file = Files.writeString(home.resolve("abc"), "abc");
    assertThat(WeightsDigest.sha256(file))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThatThrownBy(() -> WeightsDigest.sha256(home.resolve("none")))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("none cannot be read");
  }

  private List<Tensor> written(TinySpec spec) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return TinyCheckpoints.tensors(checkpoint.layout(), spec);
    }
  }

  private String digest() {
    return digest(folder);
  }

  private String digest(Path model) {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      return WeightsDigest.of(checkpoint, cache);
    }
  }
}
