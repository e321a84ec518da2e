package dev.sluice.harness.export.checkpoint;

import dev.sluice.harness.export.DurableFiles;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exporter;
import dev.sluice.harness.export.checkpoint.WrittenTensor.Source;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig.Ends;
import dev.sluice.harness.model.TensorInfo;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import dev.sluice.harness.model.family.Family;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the same architecture: blocks of which both sublayers are cut are left out, and of other cut
 * sublayers the output projections and their biases are zeros, so that they add nothing.
 */
public final class ZeroedExporter implements Exporter {
  /** What a sublayer adds to the stream goes through these; a norm behind them leaves zeros zeros. */
  private static final Set<WeightRole> LAST =
      EnumSet.of(WeightRole.OUTPUT, WeightRole.OUTPUT_BIAS, WeightRole.DOWN, WeightRole.DOWN_BIAS);

  @Override
  public Optional<String> obstacle(Export export) {
    Checkpoint checkpoint = export.checkpoint();
    return checkpoint.layout().absent().isEmpty()
        ? LostExperts.obstacle(checkpoint.config(), export.variant(), kept(export))
        : Optional.of(
            checkpoint.config().family()
                + " lacks sublayers already: export the model that it was made of");
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
    config.keep(kept(export));
    lost(export).fill(config.root());
    config.write(folder);
    SideFiles.of(export.checkpoint().folder()).copy(folder);
    DurableFiles.force(folder);
    return sentences(export, config.namesWindows());
  }

  private static KeptBlocks kept(Export export) {
    return KeptBlocks.of(export.variant(), export.checkpoint().config().blocks());
  }

  private static LostExperts lost(Export export) {
    return LostExperts.of(export.checkpoint(), export.variant(), kept(export));
  }

  private static SafetensorsWriter weights(Export export) {
    Checkpoint checkpoint = export.checkpoint();
    TensorNames names = new TensorNames(checkpoint, kept(export));
    LostExperts lost = lost(export);
    Set<String> used = used(checkpoint);
    Set<String> zeroed = zeroed(checkpoint, export.variant());
    List<WrittenTensor> tensors = new ArrayList<>();
    for (TensorInfo tensor : checkpoint.tensors().values()) {
      // What the model does not use, such as tables of angles, is not its weights.
      Dtype dtype = export.dtype().filter(d -> used.contains(tensor.name())).orElse(tensor.dtype());
      Optional<Source> source =
          zeroed.contains(tensor.name())
              ? Optional.empty()
              : Optional.of(new Source(lost.data(tensor), tensor.dtype()));
      List<Long> shape = new ArrayList<>(tensor.shape());
      lost.rows(tensor).ifPresent(rows -> shape.set(0, (long) rows));
      lost.name(tensor.name())
          .filter(name -> !isSecondHead(checkpoint, name))
          .flatMap(names::of)
          .ifPresent(name -> tensors.add(new WrittenTensor(name, shape, dtype, source)));
    }
    return new SafetensorsWriter(tensors, export.maxShardBytes());
  }

  /** Whether a tensor repeats the embedding, to which the head is tied. */
  private static boolean isSecondHead(Checkpoint checkpoint, String name) {
    Ends ends = checkpoint.config().ends();
    return ends.tiedHead()
        && Family.of(checkpoint.config().family())
            .tensor("model", "head")
            .filter(line -> line.pattern().equals(name))
            .isPresent();
  }

  private static Set<String> used(Checkpoint checkpoint) {
    return Stream.concat(
            checkpoint.layout().outside().stream(),
            checkpoint.config().sublayerList().stream()
                .flatMap(s -> checkpoint.layout().of(s).stream()))
        .map(Slot::tensor)
        .collect(Collectors.toSet());
  }

  private static Set<String> zeroed(Checkpoint checkpoint, Variant variant) {
    return variant.cuts().stream()
        .filter(s -> s.expert().isEmpty())
        .flatMap(s -> checkpoint.layout().of(s).stream())
        .filter(slot -> LAST.contains(slot.role()))
        .map(Slot::tensor)
        .collect(Collectors.toSet());
  }

  private static List<String> sentences(Export export, boolean namesWindows) {
    Checkpoint checkpoint = export.checkpoint();
    KeptBlocks kept = kept(export);
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "Any transformers loads it as %s, and so does every engine that knows the family."
            .formatted(checkpoint.config().family()));
    if (!kept.all()) {
      sentences.add(
          "%d of %d blocks, cut whole, are left out: their weights, time and KV cache are saved."
              .formatted(kept.removed(), kept.before()));
    }
    long zeroed =
        export.variant().cuts().stream()
            .filter(s -> s.expert().isEmpty() && kept.renumbered(s.block()).isPresent())
            .count();
    if (lost(export).each() > 0) {
      sentences.add(
          "%d experts of each mixture are left out, with their lines of the routers: their weights are saved."
              .formatted(lost(export).each()));
    }
    if (zeroed > 0) {
      sentences.add(
          "%d cut sublayers stay with zeros for output projections, which saves neither memory nor time."
              .formatted(zeroed));
    }
    if (namesWindows) {
      sentences.add(
          "config.json names in layer_types the blocks with a window: transformers reads it from 4.53 on.");
    }
    if (!checkpoint.unread().isEmpty()) {
      sentences.add(
          "Left out, since they are no floating-point weights: %s."
              .formatted(String.join(", ", checkpoint.unread())));
    }
    return sentences;
  }
}
