package dev.sluice.harness.evaluation;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.SafetensorsFile;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes float32 checkpoints whose weights in some sublayers are the means of two seeds. */
final class MeanCheckpoints {
  private MeanCheckpoints() {}

  static Path write(Path folder, TinySpec spec, long otherSeed, Variant mixed) {
    TinyCheckpoints.write(folder, spec);
    WeightLayout layout;
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      layout = checkpoint.layout();
    }
    Set<String> names =
        mixed.cuts().stream()
            .flatMap(s -> layout.of(s).stream())
            .map(WeightLayout.Slot::tensor)
            .collect(Collectors.toSet());
    List<SafetensorsFile.Tensor> tensors = new ArrayList<>();
    List<SafetensorsFile.Tensor> others = TinyCheckpoints.tensors(layout, spec.withSeed(otherSeed));
    for (SafetensorsFile.Tensor tensor : TinyCheckpoints.tensors(layout, spec)) {
      SafetensorsFile.Tensor other = others.get(tensors.size());
      tensors.add(names.contains(tensor.name()) ? mean(tensor, other) : tensor);
    }
    try {
      TinyCheckpoints.writeWeights(folder, tensors, 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private static SafetensorsFile.Tensor mean(
      SafetensorsFile.Tensor one, SafetensorsFile.Tensor other) {
    ByteBuffer a = ByteBuffer.wrap(one.data()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer b = ByteBuffer.wrap(other.data()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer mean = ByteBuffer.allocate(one.data().length).order(ByteOrder.LITTLE_ENDIAN);
    while (a.hasRemaining()) {
      mean.putFloat((float) (((double) a.getFloat() + b.getFloat()) / 2));
    }
    return new SafetensorsFile.Tensor(one.name(), one.dtype(), one.shape(), mean.array());
  }
}
