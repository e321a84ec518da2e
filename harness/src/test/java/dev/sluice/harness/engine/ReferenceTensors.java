package dev.sluice.harness.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small safetensors file of reference values, read whole; int64 and float32 only. */
record ReferenceTensors(JsonNode header, ByteBuffer data) {

  static ReferenceTensors read(Path file) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) all.getLong();
    byte[] json = new byte[length];
    all.get(json);
    JsonNode header = new ObjectMapper().readTree(new String(json, UTF_8));
    return new ReferenceTensors(header, all.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  private ByteBuffer bytes(String name) {
    JsonNode offsets = header.get(name).get("data_offsets");
    int begin = offsets.get(0).asInt();
    return data.slice(begin, offsets.get(1).asInt() - begin).order(ByteOrder.LITTLE_ENDIAN);
  }

  float[] floats(String name) {
    ByteBuffer bytes = bytes(name);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** An int64 tensor {@code [B, T]} as rows. */
  List<int[]> tokenRows(String name) {
    ByteBuffer bytes = bytes(name);
    int width = header.get(name).get("shape").get(1).asInt();
    List<int[]> rows = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int[] row = new int[width];
      for (int t = 0; t < width; t++) {
        row[t] = (int) bytes.getLong();
      }
      rows.add(row);
    }
    return rows;
  }
}
