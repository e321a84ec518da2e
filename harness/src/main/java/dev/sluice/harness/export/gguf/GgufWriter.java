package dev.sluice.harness.export.gguf;

import dev.sluice.harness.gguf.GgufFormat;
import dev.sluice.harness.gguf.GgufTensor;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.TensorInfo;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes the tensors of a plan one after another; no more than a buffer of them is in memory. */
final class GgufWriter {
  private static final int CHUNK = 8 << 20;

  private final Checkpoint checkpoint;
  private final DataSink sink;

  private GgufWriter(Checkpoint checkpoint, DataSink sink) {
    this.checkpoint = checkpoint;
    this.sink = sink;
  }

  /**
   * Write a new file and force it to disk.
   *
   * @throws PrerequisiteException if a weight is too large for the type that it is written in
   */
  static void write(Checkpoint checkpoint, GgufPlan plan, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      DataSink sink = new DataSink(channel);
      sink.copy(MemorySegment.ofArray(plan.header()));
      GgufWriter writer = new GgufWriter(checkpoint, sink);
      for (PlannedTensor tensor : plan.tensors()) {
        writer.write(tensor);
      }
      sink.flush();
      channel.force(true);
    }
  }

  private void write(PlannedTensor planned) throws IOException {
    GgufTensor tensor = planned.tensor();
    switch (planned.source()) {
      case TensorSource.Zeros zeros -> sink.zeros(tensor.bytes());
      case TensorSource.Computed computed -> {
        for (float value : computed.values()) {
          sink.put(value, tensor.dtype());
        }
      }
      case TensorSource.Stored stored -> rows(tensor, stored);
    }
    sink.zeros(GgufFormat.aligned(sink.position()) - sink.position());
  }

  private void rows(GgufTensor target, TensorSource.Stored source) throws IOException {
    MemorySegment data = checkpoint.data(source.tensor());
    long rows = target.shape().getFirst();
    long size = target.bytes() / target.dtype().bytes() / rows * source.tensor().dtype().bytes();
    if (source.headSize() == 0) {
      inOrder(data.asSlice(source.row(0) * size, rows * size), source.tensor(), target);
      return;
    }
    for (long row = 0; row < rows; row++) {
      append(data.asSlice(source.row(row) * size, size), source.tensor(), target);
    }
    data.unload();
  }

  /** What was read is let go at once, so that a large model does not fill the memory. */
  private void inOrder(MemorySegment data, TensorInfo source, GgufTensor target)
      throws IOException {
    for (long at = 0; at < data.byteSize(); at += CHUNK) {
      MemorySegment chunk = data.asSlice(at, Math.min(CHUNK, data.byteSize() - at));
      append(chunk, source, target);
      chunk.unload();
    }
  }

  private void append(MemorySegment numbers, TensorInfo source, GgufTensor target)
      throws IOException {
    Dtype from = source.dtype();
    Dtype to = target.dtype();
    if (from == to) {
      sink.copy(numbers);
    } else if (!sink.convert(numbers, from, to)) {
      throw new PrerequisiteException(
          "tensor "
              + source.name()
              + " holds weights that are too large for "
              + to.id()
              + ": write "
              + from.id());
    }
  }
}
