package dev.sluice.harness.model;

import java.util.Arrays;
import java.util.Optional;

/** A floating-point type that weights are stored or computed in. */
public enum Dtype {
  FLOAT32("float32", "F32", 4),
  BFLOAT16("bfloat16", "BF16", 2),
  FLOAT16("float16", "F16", 2);

  private final String id;
  private final String safetensors;
  private final int bytes;

  Dtype(String id, String safetensors, int bytes) {
    this.id = id;
    this.safetensors = safetensors;
    this.bytes = bytes;
  }

  /** The name in plans and in config.json. */
  public String id() {
    return id;
  }

  /** The name in a safetensors header. */
  public String safetensors() {
    return safetensors;
  }

  /** Size of one element. */
  public int bytes() {
    return bytes;
  }

  public static Optional<Dtype> byId(String id) {
    return Arrays.stream(values()).filter(d -> d.id.equals(id)).findFirst();
  }

  public static Optional<Dtype> bySafetensors(String name) {
    return Arrays.stream(values()).filter(d -> d.safetensors.equals(name)).findFirst();
  }
}
