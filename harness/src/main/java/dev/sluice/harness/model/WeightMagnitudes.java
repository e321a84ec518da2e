package dev.sluice.harness.model;

import dev.sluice.harness.model.WeightLayout.Slot;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * How large the weights of each sublayer are: what magnitude pruning ranks by, without any data
 * (compared with others in arXiv 2411.15558).
 *
 * <p>Over all weights of the sublayer's linear layers. Norms and biases are left out, also where they
 * are part of the sublayer.
 *
 * @param l1 {@code sum |w|} of each sublayer in the order of execution
 * @param l2 {@code sqrt(sum w^2)}
 */
public record WeightMagnitudes(List<Double> l1, List<Double> l2) {

  /** Elements summed before their sum joins the others', which keeps rounding small. */
  private static final int CHUNK = 1 << 16;

  public WeightMagnitudes {
    l1 = List.copyOf(l1);
    l2 = List.copyOf(l2);
  }

  /** Reads every linear weight of all sublayers once, in double precision, some at a time. */
  public static WeightMagnitudes of(Checkpoint checkpoint) {
    List<Double> l1 = new ArrayList<>();
    List<Double> l2 = new ArrayList<>();
    for (Sublayer sublayer : checkpoint.config().sublayerList()) {
      double[] sums = new double[2];
      checkpoint.layout().of(sublayer).stream()
          .filter(WeightMagnitudes::isLinear)
          .map(Slot::tensor)
          .distinct()
          .forEach(tensor -> add(checkpoint, checkpoint.tensor(tensor), sums));
      l1.add(sums[0]);
      l2.add(Math.sqrt(sums[1]));
    }
    return new WeightMagnitudes(l1, l2);
  }

  /** Of a sublayer's tensors only norms and biases are vectors. */
  private static boolean isLinear(Slot slot) {
    return slot.shape().size() >= 2;
  }

  private static void add(Checkpoint checkpoint, TensorInfo tensor, double[] sums) {
    MemorySegment data = checkpoint.data(tensor);
    long size = (long) CHUNK * tensor.dtype().bytes();
    for (long from = 0; from < tensor.bytes(); from += size) {
      MemorySegment chunk = data.asSlice(from, Math.min(size, tensor.bytes() - from));
      add(chunk.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN), tensor.dtype(), sums);
    }
  }

  private static void add(ByteBuffer chunk, Dtype dtype, double[] sums) {
    double absolute = 0;
    double squares = 0;
    while (chunk.hasRemaining()) {
      double w = dtype.get(chunk);
      absolute += Math.abs(w);
      squares += w * w;
    }
    sums[0] += absolute;
    sums[1] += squares;
  }
}
