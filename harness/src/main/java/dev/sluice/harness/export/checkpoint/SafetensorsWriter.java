package dev.sluice.harness.export.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.export.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a model's tensors as safetensors: one file, or shards and their index, under the names that
 * readers look for. Tensors stay in the order in which they are given.
 */
public final class SafetensorsWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ALIGNMENT = 8;

  private final List<List<WrittenTensor>> shards;

  /**
   * @param maxShardBytes of the tensors in one file; a larger tensor gets a file of its own
   */
  public SafetensorsWriter(List<WrittenTensor> tensors, long maxShardBytes) {
    this.shards = shards(tensors, maxShardBytes);
  }

  private static List<List<WrittenTensor>> shards(List<WrittenTensor> tensors, long most) {
    List<List<WrittenTensor>> shards = new ArrayList<>();
    long size = 0;
    for (WrittenTensor tensor : tensors) {
      if (shards.isEmpty() || size + tensor.bytes() > most) {
        shards.add(new ArrayList<>());
        size = 0;
      }
      shards.getLast().add(tensor);
      size += tensor.bytes();
    }
    return shards;
  }

  /** Size of all files, but for the index. */
  public long bytes() {
    return shards.stream().mapToLong(s -> header(s).length + size(s)).sum();
  }

  /** Write all files, each forced to disk. */
  public void write(Path folder) throws IOException {
    TensorCopy copy = new TensorCopy();
    ObjectNode map = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < shards.size(); i++) {
      String name = name(i);
      shards.get(i).forEach(t -> map.put(t.name(), name));
      write(folder.resolve(name), shards.get(i), copy);
    }
    if (shards.size() > 1) {
      ObjectNode index = JsonNodeFactory.instance.objectNode();
      index.putObject("metadata").put("total_size", shards.stream().mapToLong(this::size).sum());
      index.set("weight_map", map);
      DurableFiles.write(
          folder.resolve("model.safetensors.index.json"), index.toPrettyString() + "\n");
    }
  }

  private String name(int shard) {
    return shards.size() == 1
        ? "model.safetensors"
        : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards.size());
  }

  private long size(List<WrittenTensor> shard) {
    return shard.stream().mapToLong(WrittenTensor::bytes).sum();
  }

  private static void write(Path file, List<WrittenTensor> tensors, TensorCopy copy)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer header = ByteBuffer.wrap(header(tensors));
      while (header.hasRemaining()) {
        channel.write(header);
      }
      for (WrittenTensor tensor : tensors) {
        copy.write(tensor, channel);
      }
      channel.force(true);
    }
  }

  /** Length and text of the header; spaces bring the first tensor to a multiple of 8 bytes. */
  private static byte[] header(List<WrittenTensor> tensors) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (WrittenTensor tensor : tensors) {
      ObjectNode entry = root.putObject(tensor.name()).put("dtype", tensor.dtype().safetensors());
      ArrayNode shape = entry.putArray("shape");
      tensor.shape().forEach(shape::add);
      entry.putArray("data_offsets").add(at).add(at + tensor.bytes());
      at += tensor.bytes();
    }
    byte[] text = json(root);
    int length = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header =
        ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    header.put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.array();
  }

  private static byte[] json(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (IOException e) {
      throw new IllegalStateException("a tree can be written to memory", e);
    }
  }
}
