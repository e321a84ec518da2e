package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.Targets;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TokenScores;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.RowDepths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * An engine whose hidden state is a fingerprint of the batch and of every sublayer that it passed, in
 * order: two states are equal exactly if the same work was done.
 */
final class FakeEngine implements Engine {
  private final int sublayers;
  private final int mostStates;
  private final AtomicLong live = new AtomicLong();
  private final AtomicLong mostLive = new AtomicLong();

  /**
   * @param mostStates alive at once before the device is out of memory
   */
  FakeEngine(int sublayers, int mostStates) {
    this.sublayers = sublayers;
    this.mostStates = mostStates;
  }

  private final class State implements HiddenState {
    private final long[] fingerprints;
    private final AtomicInteger owners = new AtomicInteger(1);

    State(long... fingerprints) {
      this.fingerprints = fingerprints;
      long now = live.addAndGet(fingerprints.length);
      mostLive.accumulateAndGet(now, Math::max);
      if (now > mostStates) {
        live.addAndGet(-fingerprints.length);
        throw new DeviceOutOfMemory("fake device holds " + mostStates, new OutOfMemoryError());
      }
    }

    @Override
    public int members() {
      return fingerprints.length;
    }

    @Override
    public long bytes() {
      return fingerprints.length;
    }

    @Override
    public HiddenState share() {
      if (owners.getAndIncrement() == 0) {
        throw new IllegalStateException("shared after it was freed");
      }
      return this;
    }

    @Override
    public void close() {
      int left = owners.decrementAndGet();
      if (left < 0) {
        throw new IllegalStateException("closed too often");
      }
      live.addAndGet(left == 0 ? -fingerprints.length : 0);
    }
  }

  private static long passed(long fingerprint, int sublayer) {
    return (fingerprint * 31 + sublayer + 1) * 0x9E3779B97F4A7C15L;
  }

  /** What a variant's last state must be. */
  float expected(TokenBatch batch, Variant variant) {
    return expected(batch, variant, 0);
  }

  /** The same where a cut sublayer is run so many times instead of once. */
  float expected(TokenBatch batch, Variant variant, int times) {
    long fingerprint = fingerprint(batch);
    for (int j = 0; j < sublayers; j++) {
      for (int i = 0; i < (variant.isCut(j) ? times : 1); i++) {
        fingerprint = passed(fingerprint, j);
      }
    }
    return value(fingerprint);
  }

  private static long fingerprint(TokenBatch batch) {
    return Arrays.hashCode(batch.ids());
  }

  private static float value(long fingerprint) {
    return fingerprint >>> 42;
  }

  @Override
  public HiddenState embed(TokenBatch batch) {
    return new State(fingerprint(batch));
  }

  @Override
  public HiddenState apply(Sublayer sublayer, HiddenState x) {
    return new State(
        Arrays.stream(((State) x).fingerprints).map(f -> passed(f, sublayer.index())).toArray());
  }

  @Override
  public HiddenState stack(List<HiddenState> states) {
    return new State(
        states.stream().flatMapToLong(s -> Arrays.stream(((State) s).fingerprints)).toArray());
  }

  @Override
  public HiddenState member(HiddenState stack, int member) {
    State all = (State) stack;
    return all.members() == 1 ? all.share() : new State(all.fingerprints[member]);
  }

  @Override
  public float[][][] compare(
      HiddenState reference,
      List<HiddenState> variants,
      TokenBatch batch,
      List<Measure> measures,
      int chunkRows) {
    List<float[][]> values = new ArrayList<>();
    for (HiddenState state : variants) {
      for (long fingerprint : ((State) state).fingerprints) {
        float[][] all = new float[measures.size()][batch.positions()];
        Arrays.stream(all).forEach(positions -> Arrays.fill(positions, value(fingerprint)));
        values.add(all);
      }
    }
    return values.toArray(new float[0][][]);
  }

  @Override
  public float[][] difficulty(HiddenState last, TokenBatch batch, int chunkRows) {
    float[][] all = new float[3][batch.positions()];
    float value = value(((State) last).fingerprints[0]);
    Arrays.stream(all).forEach(positions -> Arrays.fill(positions, value));
    return all;
  }

  /** Every cosine of a row is the difference of the fingerprints' values, the rest is 0. */
  @Override
  public List<RowDepths> depths(List<HiddenState> boundaries, TokenBatch batch) {
    double[] values =
        boundaries.stream().mapToDouble(x -> value(((State) x).fingerprints[0])).toArray();
    int count = values.length;
    double[][] differences = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        differences[i][j] = Math.abs(values[i] - values[j]);
      }
    }
    return IntStream.range(0, batch.rows())
        .mapToObj(r ->
            new RowDepths(
                batch.length(r),
                differences,
                new double[count][count],
                new double[count][count],
                new double[count - 1]))
        .toList();
  }

  @Override
  public List<TokenScores> score(List<HiddenState> variants, Targets targets, int chunkRows) {
    throw new UnsupportedOperationException("a fake scores no tokens");
  }

  /** One number, the same at all positions. */
  @Override
  public float[][] vectors(HiddenState x, int... positions) {
    float[][] vectors = new float[positions.length][1];
    Arrays.fill(vectors, new float[] {value(((State) x).fingerprints[0])});
    return vectors;
  }

  @Override
  public float[][] logits(HiddenState x) {
    throw new UnsupportedOperationException("a fake has no logits");
  }

  long mostLive() {
    return mostLive.get();
  }

  @Override
  public long liveStates() {
    return live.get();
  }

  @Override
  public long weightLoads() {
    return 0;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String device() {
    return "fake";
  }

  @Override
  public void close() {}
}
