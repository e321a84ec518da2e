package dev.sluice.harness.export;

/** A form in which a variant can be written. */
public enum ExportFormat {
  /** The same architecture with the output projections of cut sublayers zeroed. */
  HF_ZEROED("hf-zeroed"),
  /** The layout of DeciLM and Nemotron-NAS, whose blocks lack what is cut. */
  HF_DECI("hf-deci"),
  /** One file for llama.cpp, whose blocks lack what is cut. */
  GGUF("gguf"),
  /** A recipe for mergekit. */
  MERGEKIT("mergekit"),
  /** The list of what is cut. */
  MASKS("masks");

  private final String id;

  ExportFormat(String id) {
    this.id = id;
  }

  /** The name on the command line. */
  public String id() {
    return id;
  }
}
