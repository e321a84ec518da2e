package dev.sluice.harness.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes safetensors files as the reference implementation does, and such as it never would. */
public final class SafetensorsFile {
  private SafetensorsFile() {}

  /** One tensor and its bytes, little-endian. */
  // Nobody compares these: they only carry bytes to a file.
  @SuppressWarnings("ArrayRecordComponent")
  public record Tensor(String name, String dtype, List<Long> shape, byte[] data) {}

  /** The bytes of a file with these tensors one after another, the header padded to 8 bytes. */
  public static byte[] bytes(List<Tensor> tensors, Map<String, String> metadata) {
    ObjectNode header = new ObjectMapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode node = header.putObject("__metadata__");
      metadata.forEach(node::put);
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Tensor tensor : tensors) {
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", tensor.dtype());
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(data.size()).add(data.size() + tensor.data().length);
      data.writeBytes(tensor.data());
    }
    return bytes(header.toString(), data.toByteArray());
  }

  /** The bytes of a file with any header text. */
  public static byte[] bytes(String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    String padding = " ".repeat((8 - text.length % 8) % 8);
    byte[] padded = (header + padding).getBytes(StandardCharsets.UTF_8);
    return raw(padded.length, padded, data);
  }

  /** The bytes of a file whose header claims any length. */
  public static byte[] raw(long claimed, byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(claimed)
        .put(header)
        .put(data)
        .array();
  }

  /** Write tensors in the given order with the metadata that transformers writes. */
  public static void write(Path file, List<Tensor> tensors) {
    try {
      Files.write(file, bytes(tensors, Map.of("format", "pt")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
