package dev.sluice.harness.export.checkpoint;

import dev.sluice.harness.export.DurableFiles;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exporter;
import dev.sluice.harness.export.checkpoint.WrittenTensor.Source;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.model.TensorInfo;
import dev.sluice.harness.model.WeightLayout.Part;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import dev.sluice.harness.model.family.Family;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes the layout of Nemotron-NAS (DeciLM): a llama of which {@code block_configs} says what each
 * block lacks, without the weights of what is cut. Blocks keep their numbers.
 */
public final class DeciExporter implements Exporter {
  static final String FAMILY = "nemotron-nas";

  /** What transformers needs to read it, and vLLM to read its config. */
  private static final List<String> CODE = List.of("configuration_decilm.py", "modeling_decilm.py");

  @Override
  public Optional<String> obstacle(Export export) {
    return DeciConfig.obstacle(export.checkpoint());
  }

  @Override
  public long bytes(Export export) {
    return weights(export).bytes() + SideFiles.of(export.checkpoint().folder()).bytes();
  }

  @Override
  public List<String> write(Export export, Path folder) throws IOException {
    weights(export).write(folder);
    ConfigFile config = ConfigFile.of(export.checkpoint());
    export.dtype().ifPresent(config::dtype);
    boolean usual = DeciConfig.fill(config.root(), export.checkpoint().config(), export.variant());
    config.write(folder);
    for (String file : CODE) {
      DurableFiles.write(folder.resolve(file), code(file));
    }
    SideFiles.of(export.checkpoint().folder()).copy(folder);
    DurableFiles.force(folder);
    return sentences(export, usual);
  }

  private static String code(String file) {
    try (InputStream in = DeciExporter.class.getResourceAsStream(file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SafetensorsWriter weights(Export export) {
    Checkpoint checkpoint = export.checkpoint();
    List<WrittenTensor> tensors = new ArrayList<>();
    for (Slot slot : checkpoint.layout().outside()) {
      boolean tied = slot.role() == WeightRole.HEAD && checkpoint.config().ends().tiedHead();
      if (!tied) {
        tensors.add(tensor(export, slot, name("model", 0, slot)));
      }
    }
    for (Sublayer sublayer : checkpoint.config().sublayerList()) {
      String part = sublayer.kind() == SublayerKind.ATTENTION ? "attention" : "ffn";
      if (!export.variant().isCut(sublayer)) {
        checkpoint
            .layout()
            .of(sublayer)
            .forEach(s -> tensors.add(tensor(export, s, name(part, sublayer.block(), s))));
      }
    }
    return new SafetensorsWriter(tensors, export.maxShardBytes());
  }

  private static String name(String part, int block, Slot slot) {
    String role = slot.role().id();
    return Family.of(FAMILY)
        .tensor(part, role)
        .orElseThrow(() -> new IllegalStateException("no place for " + part + "." + role))
        .pattern()
        .replace("#", Integer.toString(block));
  }

  /** A slot as a tensor of its own; rows that it shares a tensor with are left there. */
  private static WrittenTensor tensor(Export export, Slot slot, String name) {
    TensorInfo info = export.checkpoint().tensor(slot.tensor());
    MemorySegment data = export.checkpoint().data(info);
    Part part = slot.part();
    List<Long> shape = new ArrayList<>(slot.shape());
    shape.set(0, part.count());
    long row = data.byteSize() / slot.shape().getFirst();
    return new WrittenTensor(
        name,
        shape,
        export.dtype().orElse(info.dtype()),
        Optional.of(
            new Source(data.asSlice(part.first() * row, part.count() * row), info.dtype())));
  }

  private static List<String> sentences(Export export, boolean usual) {
    List<String> sentences = new ArrayList<>();
    long cuts = export.variant().cuts().size();
    sentences.add(
        "The weights, the time and the KV cache of all %d cut sublayers are saved."
            .formatted(cuts));
    sentences.add(
        "vLLM runs it natively (DeciLMForCausalLM) and needs --trust-remote-code to read the config;"
            + " transformers, from 4.48 on, runs it with trust_remote_code=True through modeling_decilm.py.");
    if (!startsWithAttention(export.checkpoint().config(), export.variant())) {
      sentences.add(
          "vLLM expects that the first sublayer that is left is an attention, and fails on this one, which"
              + " begins with an FFN; transformers runs it.");
    }
    if (!usual) {
      sentences.add(
          "The FFN is "
              + export.checkpoint().config().ffn().intermediate()
              + " wide, no multiple of 256: block_configs says so in intermediate_size instead of ffn_mult, which"
              + " older engines do not read.");
    }
    return sentences;
  }

  /** vLLM's block takes the stream apart in an attention's norm before any FFN does. */
  private static boolean startsWithAttention(ModelConfig config, Variant variant) {
    return config.sublayerList().stream()
        .filter(s -> !variant.isCut(s))
        .findFirst()
        .filter(s -> s.kind() == SublayerKind.ATTENTION)
        .isPresent();
  }
}
