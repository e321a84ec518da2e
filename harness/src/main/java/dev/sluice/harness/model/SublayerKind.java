package dev.sluice.harness.model;

import java.util.Locale;

/** The two kinds of sublayer of a decoder block. */
public enum SublayerKind {
  ATTENTION,
  FFN;

  /** The name in plans and results: {@code attention} or {@code ffn}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
