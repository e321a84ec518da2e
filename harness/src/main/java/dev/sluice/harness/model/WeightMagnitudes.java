package dev.sluice.harness.model;

import dev.sluice.harness.model.WeightLayout.Slot;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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
    int width = tensor.dtype().bytes();
    for (long from = 0; from < tensor.bytes(); from += (long) CHUNK * width) {
      long to = Math.min(from + (long) CHUNK * width, tensor.bytes());
      switch (tensor.dtype()) {
        case FLOAT32 -> addFloats(data, from, to, sums);
        case BFLOAT16 -> addBfloats(data, from, to, sums);
        case FLOAT16 -> addHalves(data, from, to, sums);
      }
    }
  }

  private static void addFloats(MemorySegment data, long from, long to, double[] sums) {
    double absolute = 0;
    double squares = 0;
    for (long i = from; i < to; i += 4) {
      double w = Float.intBitsToFloat(data.get(INT, i));
      absolute += Math.abs(w);
      squares += w * w;
    }
    sums[0] += absolute;
    sums[1] += squares;
  }

  private static void addBfloats(MemorySegment data, long from, long to, double[] sums) {
    double absolute = 0;
    double squares = 0;
    for (long i = from; i < to; i += 2) {
      double w = Float.intBitsToFloat(data.get(SHORT, i) << 16);
      absolute += Math.abs(w);
      squares += w * w;
    }
    sums[0] += absolute;
    sums[1] += squares;
  }

  private static void addHalves(MemorySegment data, long from, long to, double[] sums) {
    double absolute = 0;
    double squares = 0;
    for (long i = from; i < to; i += 2) {
      double w = Float.float16ToFloat(data.get(SHORT, i));
      absolute += Math.abs(w);
      squares += w * w;
    }
    sums[0] += absolute;
    sums[1] += squares;
  }
}
