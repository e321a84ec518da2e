package dev.sluice.harness.gguf;

import java.util.List;

/** A value of a GGUF file's metadata. */
public sealed interface GgufValue {

  /** UTF-8 text. */
  record Text(String value) implements GgufValue {}

  /** A whole number, written in 32 bits without a sign. */
  record Whole(long value) implements GgufValue {}

  /** A number, written in 32 bits. */
  record Real(double value) implements GgufValue {}

  /** True or false. */
  record Flag(boolean value) implements GgufValue {}

  /** Texts, in order. */
  record Texts(List<String> values) implements GgufValue {
    public Texts {
      values = List.copyOf(values);
    }
  }

  /** Whole numbers, written in 32 bits with a sign. */
  record Wholes(List<Integer> values) implements GgufValue {
    public Wholes {
      values = List.copyOf(values);
    }
  }

  /** Numbers, written in 32 bits. */
  record Reals(List<Float> values) implements GgufValue {
    public Reals {
      values = List.copyOf(values);
    }
  }
}
