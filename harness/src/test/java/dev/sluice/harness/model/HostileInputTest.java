package dev.sluice.harness.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.harness.model.SafetensorsFile.Tensor;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.scorers.PrerequisiteException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged and lying files: only an error that the user can repair may come of them. */
@Timeout(120)
class HostileInputTest {
  private static final long SEED = 20_261_120;
  private static final int ROUNDS = 12_000;
  private static final long MAX_ALLOCATION = 2L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  @Test
  void safetensorsHeadersYieldTensorsWithinTheFileOrAPrerequisite() {
    List<byte[]> files =
        List.of(
            weights(small("llama", 1, Dtype.FLOAT32)),
            weights(small("qwen3", 2, Dtype.BFLOAT16)),
            SafetensorsFile.bytes(
                List.of(
                    new Tensor("a", "F32", List.of(2L, 3L), new byte[24]),
                    new Tensor("b", "I64", List.of(), new byte[8])),
                Map.of("format", "pt")));
    int accepted = fuzz(files, bytes -> requireWithin(bytes, header(bytes)));
    assertThat(accepted).as("some mutations are harmless").isBetween(ROUNDS / 100, ROUNDS / 2);
  }

  @Test
  void configsYieldSoundValuesOrAPrerequisite() {
    List<byte[]> files =
        TinyCheckpoints.all().stream()
            .map(spec -> TinyCheckpoints.config(spec).toPrettyString().getBytes(UTF_8))
            .toList();
    int accepted = fuzz(files, bytes -> requireSound(config(bytes)));
    assertThat(accepted).as("some mutations are harmless").isBetween(ROUNDS / 100, ROUNDS / 2);
  }

  @Test
  void foldersOpenOrYieldAPrerequisite() throws IOException {
    TinySpec spec = TinyCheckpoints.llama().withBlocks(1).withShards(2).withVocabulary(20);
    TinyCheckpoints.write(folder, spec);
    List<String> names =
        List.of("config.json", "model.safetensors.index.json", "model-00001-of-00002.safetensors");
    for (String name : names) {
      Path file = folder.resolve(name);
      byte[] good = Files.readAllBytes(file);
      for (int round = 0; round < 120; round++) {
        long seed = SEED + round;
        byte[] bytes = mutate(good, good, new Random(seed));
        Files.write(file, bytes);
        attempt(name + ", seed " + seed, bytes, b -> Checkpoint.open(folder).close());
      }
      Files.write(file, good);
    }
  }

  @Test
  void lyingNumbersInEveryPlaceAllocateNothing() {
    String json = new String(weights(small("llama", 1, Dtype.FLOAT32)), ISO_8859_1);
    int places = 0;
    for (String number :
        List.of("-1", "9223372036854775807", "18446744073709551616", "1e308", "9".repeat(190))) {
      for (int at = 8; at < 600; at++) {
        if (Character.isDigit(json.charAt(at)) && !Character.isDigit(json.charAt(at - 1))) {
          String lie = json.substring(0, at) + number + json.substring(at);
          byte[] bytes = lie.getBytes(ISO_8859_1);
          bytes[0] += (byte) number.length();
          attempt(number + " at " + at, bytes, b -> requireWithin(b, header(b)));
          places++;
        }
      }
    }
    assertThat(places).as("places that a number was put in").isGreaterThan(100);
  }

  private static int fuzz(List<byte[]> files, Consumer<byte[]> read) {
    // The first reads load classes, which is not the input's doing.
    for (byte[] file : files) {
      read.accept(file);
    }
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long seed = SEED + round;
      Random random = new Random(seed);
      byte[] base = files.get(random.nextInt(files.size()));
      byte[] bytes = mutate(base, files.get(random.nextInt(files.size())), random);
      accepted += attempt("seed " + seed, bytes, read) ? 1 : 0;
    }
    return accepted;
  }

  /** Whether the input was accepted; fails on any other end than that and a prerequisite. */
  private static boolean attempt(String what, byte[] bytes, Consumer<byte[]> read) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      read.accept(bytes);
      return true;
    } catch (PrerequisiteException e) {
      assertThat(e.getMessage()).as(what).doesNotContain("\n").hasSizeLessThan(2000);
      return false;
    } catch (Throwable e) {
      throw new AssertionError(what + " ended in " + e + ": " + new String(bytes, ISO_8859_1), e);
    } finally {
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
          .as("bytes allocated for %s", what)
          .isLessThan(MAX_ALLOCATION);
    }
  }

  private static byte[] mutate(byte[] base, byte[] other, Random random) {
    // The data behind a header matters by its length only: mutate where the header lies.
    String text = new String(base, ISO_8859_1);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      text = mutateOnce(text, new String(other, ISO_8859_1), random);
    }
    byte[] bytes = text.getBytes(ISO_8859_1);
    if (bytes.length > 8 && base[7] == 0 && random.nextInt(4) > 0) {
      // A length that still fits lets the mutation reach what lies behind it.
      int brace = text.lastIndexOf("}}");
      int length = brace > 8 ? brace + 2 - 8 : bytes.length - 8;
      for (int i = 0; i < 8; i++) {
        bytes[i] = (byte) ((long) length >>> (8 * i));
      }
    }
    return bytes;
  }

  private static String mutateOnce(String text, String other, Random random) {
    int end = Math.max(1, Math.min(text.length(), 1 + text.lastIndexOf('}')));
    int at = random.nextInt(end);
    int to = Math.min(text.length(), at + random.nextInt(40));
    return switch (random.nextInt(8)) {
      case 0 ->
          text.substring(0, at)
              + (char) random.nextInt(256)
              + text.substring(Math.min(text.length(), at + 1));
      case 1 -> text.substring(0, at);
      case 2 -> text.substring(0, at) + text.substring(to);
      case 3 -> text.substring(0, to) + text.substring(at);
      case 4 -> {
        int from = random.nextInt(Math.max(1, Math.min(other.length(), 2000)));
        int until = Math.min(other.length(), from + random.nextInt(60));
        yield text.substring(0, at) + other.substring(from, until) + text.substring(to);
      }
      case 5 -> replaceNumber(text, at, NUMBERS.get(random.nextInt(NUMBERS.size())));
      case 6 -> duplicateKey(text, at);
      default ->
          text.substring(0, at) + PARTS.get(random.nextInt(PARTS.size())) + text.substring(at);
    };
  }

  private static final List<String> NUMBERS =
      List.of(
          "-1",
          "0",
          "2",
          "7",
          "0.5",
          "1e400",
          "-1e-400",
          "2147483647",
          "2147483648",
          "16777216",
          "9223372036854775807",
          "9223372036854775808",
          "1" + "0".repeat(300),
          "NaN",
          "null");
  private static final List<String> PARTS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          "\\u0000",
          "\u0000",
          "null",
          "true",
          "[[[[[[[[",
          "{\"a\":",
          "\u00ff\u00fe",
          "\u00ef\u00bb\u00bf",
          "/*",
          "1e9",
          "-");

  private static String replaceNumber(String text, int from, String number) {
    int start = from;
    while (start < text.length() && !Character.isDigit(text.charAt(start))) {
      start++;
    }
    int end = start;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return text.substring(0, start) + number + text.substring(end);
  }

  private static String duplicateKey(String text, int from) {
    int start = text.indexOf("\"", from);
    int end = text.indexOf(",", Math.max(start, 0));
    return start < 0 || end < 0
        ? text
        : text.substring(0, end + 1) + text.substring(start, end + 1) + text.substring(end + 1);
  }

  private static SafetensorsHeader header(byte[] bytes) {
    return SafetensorsHeader.parse(new ByteArrayInputStream(bytes), bytes.length, "shard");
  }

  private static ModelConfig config(byte[] bytes) {
    return new ConfigReader(StrictJson.tree(bytes, "config.json"), "config.json")
        .read(Dtype.FLOAT32);
  }

  private static void requireWithin(byte[] bytes, SafetensorsHeader header) {
    for (SafetensorsHeader.Entry entry : header.entries().values()) {
      assertThat(entry.begin()).isBetween(0L, entry.end());
      assertThat(header.dataStart() + entry.end()).isLessThanOrEqualTo(bytes.length);
      assertThat(entry.shape()).allMatch(axis -> axis >= 0);
    }
  }

  private static void requireSound(ModelConfig config) {
    assertThat(config.blocks()).isBetween(1, 10_000);
    assertThat(config.attention().windows()).hasSize(config.blocks());
    assertThat(config.attention().heads() % config.attention().kvHeads()).isZero();

    assertThat(config.norm().epsilon()).isBetween(Double.MIN_VALUE, 1.0);
    switch (config.positions()) {
      case ModelConfig.Positions.Rotary rotary -> {
        assertThat(rotary.base()).isFinite().isPositive();
        assertThat(rotary.width()).isPositive().isEven();
      }
      case ModelConfig.Positions.Learned learned -> assertThat(learned.offset()).isNotNegative();
    }
    assertThat(new WeightLayout(config).parameters()).isPositive();
  }

  /** A model whose weights take less room than the header that describes them. */
  private static TinySpec small(String family, int blocks, Dtype dtype) {
    return new TinySpec(family, blocks, 4, 2, 1, 2, 4, 2, true, false, dtype, 1, 6);
  }

  private static byte[] weights(TinySpec spec) {
    ModelConfig config =
        new ConfigReader(TinyCheckpoints.config(spec), "config.json").read(spec.dtype());
    return SafetensorsFile.bytes(TinyCheckpoints.tensors(new WeightLayout(config), spec), Map.of());
  }
}
