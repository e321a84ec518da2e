package dev.sluice.harness.export.gguf;

import dev.sluice.harness.export.Export;
import dev.sluice.harness.gguf.GgufFormat;
import dev.sluice.harness.gguf.GgufHeader;
import dev.sluice.harness.gguf.GgufTensor;
import dev.sluice.harness.gguf.GgufValue;
import dev.sluice.harness.model.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a file is going to hold.
 *
 * @param blocks of the file
 * @param vocabulary absent where the checkpoint has no tokenizer
 */
record GgufPlan(
    Map<String, GgufValue> metadata,
    List<PlannedTensor> tensors,
    List<PackedBlock> blocks,
    Optional<Vocabulary> vocabulary) {

  /** Plan the file; reads config and tokenizer and no weights. */
  static GgufPlan of(Export export) throws InexpressibleException {
    ModelConfig config = export.checkpoint().config();
    LlamaShape.require(config);
    List<PackedBlock> blocks = PackedBlock.of(export.variant(), export.checkpoint());
    BlockWidths widths = BlockWidths.of(config, blocks);
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    new ModelMetadata(export, blocks, widths).writeTo(metadata);
    Optional<Vocabulary> vocabulary =
        export.checkpoint().tokenizerFile().isPresent()
            ? Optional.of(VocabularyReader.read(export.checkpoint()))
            : Optional.empty();
    if (vocabulary.isPresent()) {
      vocabulary.get().writeTo(metadata);
    } else {
      metadata.put("tokenizer.ggml.model", new GgufValue.Text("no_vocab"));
    }
    return new GgufPlan(metadata, TensorPlan.of(export, blocks, widths), blocks, vocabulary);
  }

  /** What stands before the data. */
  byte[] header() {
    return GgufHeader.of(metadata, tensors.stream().map(PlannedTensor::tensor).toList());
  }

  /** Of the whole file. */
  long bytes() {
    GgufTensor last = tensors.getLast().tensor();
    return header().length + GgufFormat.aligned(last.offset() + last.bytes());
  }
}
