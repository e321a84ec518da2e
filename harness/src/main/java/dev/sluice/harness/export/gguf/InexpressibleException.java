package dev.sluice.harness.export.gguf;

/** A model that llama.cpp cannot be told of; the message is a clause that follows "cannot write it: ". */
final class InexpressibleException extends Exception {
  private static final long serialVersionUID = 1;

  InexpressibleException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
