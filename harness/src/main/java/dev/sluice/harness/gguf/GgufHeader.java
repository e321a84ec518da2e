package dev.sluice.harness.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Makes the bytes that stand before the data of a GGUF file. */
public final class GgufHeader {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private GgufHeader() {}

  /** Metadata and the list of tensors, padded so that the data may follow at once. */
  public static byte[] of(Map<String, GgufValue> metadata, List<GgufTensor> tensors) {
    GgufHeader header = new GgufHeader();
    header.whole(GgufFormat.MAGIC);
    header.whole(GgufFormat.VERSION);
    header.count(tensors.size());
    header.count(metadata.size());
    metadata.forEach((key, value) -> {
      header.text(key);
      header.value(value);
    });
    tensors.forEach(header::tensor);
    header.bytes.writeBytes(
        new byte[(int) (GgufFormat.aligned(header.bytes.size()) - header.bytes.size())]);
    return header.bytes.toByteArray();
  }

  private void value(GgufValue value) {
    switch (value) {
      case GgufValue.Text text -> {
        whole(GgufFormat.STRING);
        text(text.value());
      }
      case GgufValue.Whole number -> {
        whole(GgufFormat.UINT32);
        whole(Math.toIntExact(number.value()));
      }
      case GgufValue.Real number -> {
        whole(GgufFormat.FLOAT32);
        real((float) number.value());
      }
      case GgufValue.Flag flag -> {
        whole(GgufFormat.BOOL);
        bytes.write(flag.value() ? 1 : 0);
      }
      case GgufValue.Texts texts -> {
        array(GgufFormat.STRING, texts.values().size());
        texts.values().forEach(this::text);
      }
      case GgufValue.Wholes numbers -> {
        array(GgufFormat.INT32, numbers.values().size());
        numbers.values().forEach(this::whole);
      }
      case GgufValue.Reals numbers -> {
        array(GgufFormat.FLOAT32, numbers.values().size());
        numbers.values().forEach(this::real);
      }
    }
  }

  private void array(int type, int length) {
    whole(GgufFormat.ARRAY);
    whole(type);
    count(length);
  }

  private void tensor(GgufTensor tensor) {
    text(tensor.name());
    whole(tensor.shape().size());
    tensor.shape().reversed().forEach(this::count);
    whole(GgufFormat.tensorType(tensor.dtype()));
    count(tensor.offset());
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    count(utf8.length);
    bytes.writeBytes(utf8);
  }

  private void whole(int number) {
    bytes.writeBytes(little(4).putInt(number).array());
  }

  private void real(float number) {
    bytes.writeBytes(little(4).putFloat(number).array());
  }

  private void count(long number) {
    bytes.writeBytes(little(8).putLong(number).array());
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
