package dev.sluice.harness.export.gguf;

import dev.sluice.harness.export.Export;
import dev.sluice.harness.gguf.GgufFormat;
import dev.sluice.harness.gguf.GgufValue;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Positions.Rotary;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/** What the file says of the model, but for its tokenizer. */
final class ModelMetadata {
  private final Export export;
  private final ModelConfig config;
  private final List<PackedBlock> blocks;
  private final BlockWidths widths;
  private final String architecture;

  ModelMetadata(Export export, List<PackedBlock> blocks, BlockWidths widths) {
    this.export = export;
    this.config = export.checkpoint().config();
    this.blocks = blocks;
    this.widths = widths;
    // More programs know "llama" than "deci", and it says all where no block lacks a part.
    this.architecture = blocks.stream().allMatch(PackedBlock::isWhole) ? "llama" : "deci";
  }

  /** Add all keys. */
  void writeTo(Map<String, GgufValue> metadata) {
    metadata.put("general.architecture", new GgufValue.Text(architecture));
    metadata.put("general.type", new GgufValue.Text("model"));
    metadata.put("general.name", new GgufValue.Text(export.name()));
    metadata.put("general.file_type", new GgufValue.Whole(fileType()));
    metadata.put("general.alignment", new GgufValue.Whole(GgufFormat.ALIGNMENT));
    metadata.put("sluice.variant", new GgufValue.Text(export.variant().toString()));
    metadata.put("sluice.blocks", new GgufValue.Whole(config.blocks()));
    metadata.put("sluice.attention_from", origins(PackedBlock::attention));
    metadata.put("sluice.ffn_from", origins(PackedBlock::ffn));
    putWhole(metadata, "block_count", widths.blocks());
    putWhole(metadata, "context_length", LlamaShape.context(config));
    putWhole(metadata, "embedding_length", config.hidden());
    putWhole(metadata, "vocab_size", config.vocabulary());
    putWidths(metadata, "attention.head_count", widths.heads());
    putWidths(metadata, "attention.head_count_kv", widths.kvHeads());
    putWidths(metadata, "feed_forward_length", widths.ffn());
    putWhole(metadata, "attention.key_length", config.attention().headSize());
    putWhole(metadata, "attention.value_length", config.attention().headSize());
    putReal(metadata, "attention.layer_norm_rms_epsilon", config.norm().epsilon());
    putRope(metadata);
  }

  /** The model's block that each of the file's parts comes from; -1 where there is none. */
  private GgufValue origins(Function<PackedBlock, OptionalInt> part) {
    return new GgufValue.Wholes(blocks.stream().map(b -> part.apply(b).orElse(-1)).toList());
  }

  /** The type of most tensors, numbered as in llama.cpp's {@code llama_ftype}. */
  private int fileType() {
    Dtype dtype = export.dtype().orElse(config.storedDtype());
    return switch (dtype) {
      case FLOAT32 -> 0;
      case FLOAT16 -> 1;
      case BFLOAT16 -> 32;
    };
  }

  private void putRope(Map<String, GgufValue> metadata) {
    Rotary rotary = (Rotary) config.positions();
    putWhole(metadata, "rope.dimension_count", rotary.width());
    putReal(metadata, "rope.freq_base", rotary.base());
    if (rotary.scaling() instanceof RopeScaling.Linear linear) {
      metadata.put(architecture + ".rope.scaling.type", new GgufValue.Text("linear"));
      putReal(metadata, "rope.scaling.factor", linear.factor());
    }
  }

  private void putWhole(Map<String, GgufValue> metadata, String key, int value) {
    metadata.put(architecture + "." + key, new GgufValue.Whole(value));
  }

  private void putReal(Map<String, GgufValue> metadata, String key, double value) {
    metadata.put(architecture + "." + key, new GgufValue.Real(value));
  }

  private void putWidths(Map<String, GgufValue> metadata, String key, List<Integer> values) {
    if (widths.areEqual()) {
      putWhole(metadata, key, values.getFirst());
    } else {
      metadata.put(architecture + "." + key, new GgufValue.Wholes(values));
    }
  }
}
