package dev.sluice.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.scorers.RowDepths;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparing depths piece by piece, as long rows of wide models need it. */
class DepthChunksTest {
  @TempDir Path folder;

  @Test
  void piecesGiveWhatTheWholeRowGives() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = GoldenLogitsTest.open(checkpoint, Dtype.FLOAT32)) {
      Random random = new Random(4);
      TokenBatch batch =
          new TokenBatch(
              0, List.of(random.ints(100, 0, 200).toArray(), random.ints(7, 0, 200).toArray()));
      try (HiddenState x = engine.embed(batch);
          HiddenState y = engine.apply(Sublayer.at(0), x);
          HiddenState z = engine.apply(Sublayer.at(1), y)) {
        List<HiddenState> states = List.of(x, y, z);
        List<RowDepths> whole = engine.depths(states, batch);
        for (long bytes : new long[] {1, 2000, 20_000}) {
          List<RowDepths> pieces = engine.comparison().depths(states, batch, bytes);
          for (int row = 0; row < batch.rows(); row++) {
            requireEqual(pieces.get(row), whole.get(row), bytes + " bytes, row " + row);
          }
        }
      }
    }
  }

  private static void requireEqual(RowDepths pieces, RowDepths whole, String what) {
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(pieces.cosines(i, j)).as(what).isCloseTo(whole.cosines(i, j), offset(1e-5));
        assertThat(pieces.angle(i, j)).as(what).isEqualTo(whole.angle(i, j));
        assertThat(pieces.dependence(i, j))
            .as(what)
            .isCloseTo(whole.dependence(i, j), offset(1e-6 * Math.abs(whole.dependence(i, j))));
      }
    }
  }
}
