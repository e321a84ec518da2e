package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Magnitudes against sums over the tensors that were written. */
class WeightMagnitudesTest {
  @TempDir Path folder;

  private record Sums(double l1, double squares) {}

  /** Over the tensors that transformers calls {@code *_proj.weight} of one sublayer. */
  private static Sums written(WeightLayout layout, TinySpec spec, Sublayer sublayer) {
    String part = sublayer.kind() == SublayerKind.FFN ? "mlp" : "self_attn";
    String prefix = "model.layers." + sublayer.block() + "." + part + ".";
    double l1 = 0;
    double squares = 0;
    for (SafetensorsFile.Tensor tensor : TinyCheckpoints.tensors(layout, spec)) {
      if (tensor.name().startsWith(prefix) && tensor.name().endsWith("_proj.weight")) {
        ByteBuffer data = ByteBuffer.wrap(tensor.data()).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
          double w = next(data, spec.dtype());
          l1 += Math.abs(w);
          squares += w * w;
        }
      }
    }
    return new Sums(l1, squares);
  }

  /** Decoded by the definition of the format, not by the JDK. */
  private static double next(ByteBuffer data, Dtype dtype) {
    return switch (dtype) {
      case FLOAT32 -> data.getFloat();
      case BFLOAT16 -> decoded(data.getShort(), 8, 7);
      case FLOAT16 -> decoded(data.getShort(), 5, 10);
    };
  }

  private static double decoded(int bits, int exponentBits, int mantissaBits) {
    int exponent = (bits >> mantissaBits) & ((1 << exponentBits) - 1);
    double mantissa = (bits & ((1 << mantissaBits) - 1)) / Math.pow(2, mantissaBits);
    int bias = (1 << (exponentBits - 1)) - 1;
    double value =
        exponent == 0
            ? mantissa * Math.pow(2, 1 - bias)
            : (1 + mantissa) * Math.pow(2, exponent - bias);
    return (bits & 0x8000) == 0 ? value : -value;
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void everyLinearWeightCountsAndNothingElse(Dtype dtype) {
    TinySpec spec = TinyCheckpoints.qwen2().withDtype(dtype).withShards(2);
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec))) {
      WeightMagnitudes magnitudes = WeightMagnitudes.of(checkpoint);
      assertThat(magnitudes.l1()).hasSize(checkpoint.config().sublayers());
      for (Sublayer sublayer : checkpoint.config().sublayerList()) {
        Sums expected = written(checkpoint.layout(), spec, sublayer);
        assertThat(magnitudes.l1().get(sublayer.index()))
            .as("l1 of %s in %s", sublayer, dtype)
            .isCloseTo(expected.l1(), within(1e-9));
        assertThat(magnitudes.l2().get(sublayer.index()))
            .as("l2 of %s in %s", sublayer, dtype)
            .isCloseTo(Math.sqrt(expected.squares()), within(1e-9));
      }
    }
  }

  @Test
  void tensorsOfSeveralChunksAreReadToTheirEnd() {
    TinySpec spec =
        new TinySpec("llama", 1, 256, 4, 4, 64, 300, 300, true, false, Dtype.BFLOAT16, 1, 9);
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec))) {
      Sublayer ffn = Sublayer.parse("0.ffn");
      double expected = written(checkpoint.layout(), spec, ffn).l1();
      assertThat(WeightMagnitudes.of(checkpoint).l1().get(ffn.index()))
          .isCloseTo(expected, within(1e-9 * expected));
    }
  }
}
