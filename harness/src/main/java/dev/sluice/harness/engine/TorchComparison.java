package dev.sluice.harness.engine;

import ai.djl.pytorch.jni.IValue;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.RowDepths;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Compares hidden states with one another, whole rows of tokens at a time and without logits. */
final class TorchComparison {
  /** Of temporaries that compare states at several depths. */
  static final long CHUNK_BYTES = 64L << 20;

  private final TorchModule module;

  TorchComparison(TorchModule module) {
    this.module = module;
  }

  /** See {@link Engine#depths}. */
  List<RowDepths> depths(List<HiddenState> boundaries, TokenBatch batch, long chunkBytes) {
    try (IValue states = tensors(boundaries);
        IValue rows = lengths(batch);
        IValue bytes = IValue.from(chunkBytes)) {
      double[] flat = module.doubles(module.call("profile", states, rows, bytes));
      DoubleBuffer values = DoubleBuffer.wrap(flat);
      return IntStream.range(0, batch.rows())
          .mapToObj(r -> row(batch.length(r), boundaries.size(), values))
          .toList();
    }
  }

  private static RowDepths row(int tokens, int boundaries, DoubleBuffer values) {
    double[][] cosines = matrix(boundaries, values);
    double[][] angles = matrix(boundaries, values);
    double[][] dependences = matrix(boundaries, values);
    double[] updates = new double[boundaries - 1];
    values.get(updates);
    return new RowDepths(tokens, cosines, angles, dependences, updates);
  }

  private static double[][] matrix(int size, DoubleBuffer values) {
    double[][] matrix = new double[size][size];
    for (double[] row : matrix) {
      values.get(row);
    }
    return matrix;
  }

  /**
   * Measures that need states.
   *
   * @return {@code [members of all variants][measures][B * T]}, each row's value at all its positions
   */
  float[][][] rows(
      HiddenState reference, List<HiddenState> variants, TokenBatch batch, List<Measure> measures) {
    try (IValue list = tensors(variants);
        IValue kinds =
            IValue.listFrom(measures.stream().mapToLong(DecoderScript::number).toArray());
        IValue rows = lengths(batch)) {
      float[] flat =
          module.floats(
              module.call("compare_rows", ((TorchState) reference).tensor(), list, kinds, rows));
      int width = measures.size() * batch.rows();
      return IntStream.range(0, flat.length / width)
          .mapToObj(member -> spread(flat, member * width, batch, measures.size()))
          .toArray(float[][][]::new);
    }
  }

  private static float[][] spread(float[] flat, int from, TokenBatch batch, int measures) {
    float[][] values = new float[measures][batch.positions()];
    for (int i = 0; i < measures * batch.rows(); i++) {
      int start = i % batch.rows() * batch.length();
      Arrays.fill(values[i / batch.rows()], start, start + batch.length(), flat[from + i]);
    }
    return values;
  }

  /**
   * The values of measures of two kinds in the order in which they are asked for.
   *
   * @param ofLogits gives {@code [members][measures][B * T]} of those that compare logits
   * @param ofStates of those that compare states
   */
  static float[][][] inOrder(
      List<Measure> measures,
      Function<List<Measure>, float[][][]> ofLogits,
      Function<List<Measure>, float[][][]> ofStates) {
    List<Measure> states = measures.stream().filter(Measure::needsStates).toList();
    if (states.isEmpty()) {
      return ofLogits.apply(measures);
    }
    float[][][] byState = ofStates.apply(states);
    List<Measure> others = measures.stream().filter(m -> !m.needsStates()).toList();
    float[][][] byLogit = others.isEmpty() ? new float[byState.length][][] : ofLogits.apply(others);
    float[][][] all = new float[byState.length][measures.size()][];
    for (int member = 0; member < all.length; member++) {
      for (int m = 0; m < measures.size(); m++) {
        Measure measure = measures.get(m);
        all[member][m] =
            measure.needsStates()
                ? byState[member][states.indexOf(measure)]
                : byLogit[member][others.indexOf(measure)];
      }
    }
    return all;
  }

  /** A flat tensor as {@code [members][measures][B * T]}. */
  static float[][][] unflatten(float[] flat, int measures, int positions) {
    float[][][] values = new float[flat.length / (measures * positions)][measures][positions];
    int offset = 0;
    for (float[][] member : values) {
      for (float[] measure : member) {
        System.arraycopy(flat, offset, measure, 0, positions);
        offset += positions;
      }
    }
    return values;
  }

  private static IValue lengths(TokenBatch batch) {
    return IValue.listFrom(IntStream.range(0, batch.rows()).mapToLong(batch::length).toArray());
  }

  /** The states' tensors as a list, which the caller closes. */
  static IValue tensors(List<HiddenState> states) {
    return tensors(states, TorchState::tensor);
  }

  /** A tensor of each state as a list, which the caller closes. */
  static IValue tensors(List<HiddenState> states, Function<TorchState, IValue> of) {
    return IValue.listFrom(
        states.stream().map(s -> of.apply((TorchState) s)).toArray(IValue[]::new));
  }
}
