package dev.sluice.harness.verification;

import dev.sluice.harness.export.DurableFiles;
import dev.sluice.harness.export.checkpoint.SafetensorsWriter;
import dev.sluice.harness.export.checkpoint.WrittenTensor;
import dev.sluice.harness.export.checkpoint.WrittenTensor.Source;
import dev.sluice.harness.gguf.GgufFile;
import dev.sluice.harness.gguf.GgufTensor;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A GGUF file that Sluice wrote as a checkpoint in a temporary folder, so that the same engine can run
 * it: nothing is taken from anywhere but the file. Removed when it is closed.
 */
final class UnpackedGguf implements AutoCloseable {
  private static final Pattern PART = Pattern.compile("blk\\.(\\d+)\\.(.*)\\.(weight|bias)");

  /** Names in a checkpoint of what a file's block has. */
  private static final Map<String, String> PARTS =
      Map.of(
          "attn_norm", "input_layernorm",
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");

  private final Path folder;

  private UnpackedGguf(Path folder) {
    this.folder = folder;
  }

  /**
   * Unpack a file; takes as much space in the folder for temporary files as the file has.
   *
   * @throws PrerequisiteException if it is damaged, not Sluice's, or there is no space
   */
  static UnpackedGguf of(Path file) {
    try {
      UnpackedGguf unpacked = new UnpackedGguf(Files.createTempDirectory("sluice-gguf"));
      boolean done = false;
      try (GgufFile gguf = GgufFile.open(file);
          Arena arena = Arena.ofShared()) {
        unpacked.write(gguf, GgufConfig.of(gguf, file), arena);
        done = true;
        return unpacked;
      } finally {
        if (!done) {
          unpacked.close();
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new PrerequisiteException(
          file
              + " cannot be unpacked into "
              + System.getProperty("java.io.tmpdir")
              + " ("
              + e.getMessage()
              + "). Make space there, or set JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR",
          e);
    }
  }

  /** The checkpoint. */
  Path folder() {
    return folder;
  }

  private void write(GgufFile gguf, GgufConfig config, Arena arena) throws IOException {
    Path scratch = folder.resolve("turned");
    MemorySegment turned = scratch(scratch, turnedBytes(gguf), arena);
    List<WrittenTensor> tensors = new ArrayList<>();
    long at = 0;
    for (GgufTensor tensor : gguf.tensors().values()) {
      Optional<String> name = name(tensor.name(), config);
      MemorySegment data = gguf.data(tensor);
      if (isTurned(tensor)) {
        MemorySegment place = turned.asSlice(at, tensor.bytes());
        turnBack(data, place, tensor.shape().getFirst(), config.headSize());
        data = place;
        at += tensor.bytes();
      }
      Source source = new Source(data, tensor.dtype());
      name.ifPresent(n ->
          tensors.add(new WrittenTensor(n, tensor.shape(), tensor.dtype(), Optional.of(source))));
    }
    DurableFiles.write(folder.resolve("config.json"), config.json().toPrettyString());
    new SafetensorsWriter(tensors, Long.MAX_VALUE).write(folder);
    Files.delete(scratch);
  }

  private static long turnedBytes(GgufFile gguf) {
    return gguf.tensors().values().stream()
        .filter(UnpackedGguf::isTurned)
        .mapToLong(GgufTensor::bytes)
        .sum();
  }

  /** Memory that the disk backs. */
  private static MemorySegment scratch(Path file, long bytes, Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
    }
  }

  private static boolean isTurned(GgufTensor tensor) {
    return tensor.name().contains(".attn_q.") || tensor.name().contains(".attn_k.");
  }

  /** Rows of each head from neighbours that are turned together to halves that are. */
  private static void turnBack(MemorySegment from, MemorySegment to, long rows, int headSize) {
    long row = from.byteSize() / rows;
    for (long i = 0; i < rows; i++) {
      long head = i / headSize * headSize;
      long at = i % headSize;
      long source = head + (at < headSize / 2 ? 2 * at : 2 * (at - headSize / 2) + 1);
      MemorySegment.copy(from, source * row, to, i * row, row);
    }
  }

  /** The name in a checkpoint; empty for what stands in for a part that is cut. */
  private static Optional<String> name(String name, GgufConfig config) {
    Matcher part = PART.matcher(name);
    if (!part.matches()) {
      return Optional.ofNullable(OUTSIDE.get(name));
    }
    int block = Integer.parseInt(part.group(1));
    return Optional.ofNullable(PARTS.get(part.group(2)))
        .filter(p -> config.has(block, part.group(2)))
        .map(p -> "model.layers." + block + "." + p + "." + part.group(3));
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
