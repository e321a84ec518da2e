package dev.sluice.harness.profile;

import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.scorers.ClassCentroids;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Separability;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streams labelled prompts twice through the intact model: once for the centroid of every class at every
 * depth, once to see whether each prompt is nearest to its own class's centroid, from which it is
 * subtracted first. Vectors are the last token's hidden states.
 *
 * <p>Memory for {@code (2L + 1) classes H} numbers in float64, beside a batch's states at all depths.
 */
public final class SeparabilityProbe implements AutoCloseable {
  private final Engine engine;
  private final int sublayers;
  private final DepthLanes lanes;

  /**
   * @param engine stays the caller's
   * @param sublayers of its model, 2L
   * @param lanes batches at once, each on a thread of its own
   */
  public SeparabilityProbe(Engine engine, int sublayers, int lanes) {
    this(engine, sublayers, lanes, Instruments.NONE);
  }

  public SeparabilityProbe(Engine engine, int sublayers, int lanes, Instruments instruments) {
    this.engine = engine;
    this.sublayers = sublayers;
    this.lanes = new DepthLanes(engine, sublayers, lanes, instruments);
  }

  /**
   * The separability of the classes. Cold; subscribes to the batches twice; emits on a lane's thread.
   *
   * @param labels class of each row by its place in the set, from 0; classes with fewer than two rows take
   *     no part
   * @throws PrerequisiteException if fewer than two classes are left
   */
  public Mono<Separability> probe(Flux<TokenBatch> batches, List<Integer> labels) {
    Labels known = new Labels(labels);
    return Mono.defer(() -> {
      Depths depths = new Depths(known);
      return lanes
          .map(batches, this::lastVectors)
          .doOnNext(depths::learn)
          .thenMany(Flux.defer(() -> lanes.map(batches, this::lastVectors)))
          .doOnNext(depths::test)
          .then(Mono.fromCallable(depths::result));
    });
  }

  /**
   * One batch's vectors.
   *
   * @param vectors {@code [2L + 1][B][H]}
   */
  private record Last(TokenBatch batch, List<float[][]> vectors) {}

  private Last lastVectors(List<HiddenState> states, TokenBatch batch) {
    int[] positions =
        IntStream.range(0, batch.rows())
            .map(row -> row * batch.length() + batch.length(row) - 1)
            .toArray();
    return new Last(batch, states.stream().map(x -> engine.vectors(x, positions)).toList());
  }

  /** Which class each row belongs to. */
  private static final class Labels {
    final int[] labels;
    final int[] sizes;

    Labels(List<Integer> labels) {
      if (labels.stream().anyMatch(label -> label < 0)) {
        throw new IllegalArgumentException("a label below 0");
      }
      this.labels = labels.stream().mapToInt(Integer::intValue).toArray();
      this.sizes = new int[Arrays.stream(this.labels).max().orElse(-1) + 1];
      for (int label : this.labels) {
        sizes[label]++;
      }
      if (classes() < 2) {
        throw new PrerequisiteException(
            labels.size()
                + " labelled prompts: separability needs two classes with two prompts each."
                + " Take more prompts or other labels");
      }
    }

    int of(TokenBatch batch, int row) {
      return labels[batch.firstRow() + row];
    }

    boolean takesPart(int label) {
      return sizes[label] > 1;
    }

    int rows() {
      return Arrays.stream(sizes).filter(size -> size > 1).sum();
    }

    int classes() {
      return (int) Arrays.stream(sizes).filter(size -> size > 1).count();
    }

    double majority() {
      return (double) Arrays.stream(sizes).max().orElse(0) / rows();
    }
  }

  /** What one subscriber knows of each boundary. */
  private final class Depths {
    private final Labels labels;
    private final @Nullable ClassCentroids[] centroids = new ClassCentroids[sublayers + 1];
    private final int[] correct = new int[sublayers + 1];

    Depths(Labels labels) {
      this.labels = labels;
    }

    void learn(Last last) {
      for (int p = 0; p <= sublayers; p++) {
        float[][] vectors = last.vectors().get(p);
        ClassCentroids known = centroids[p];
        if (known == null) {
          known = new ClassCentroids(labels.sizes.length, vectors[0].length);
          centroids[p] = known;
        }
        for (int row = 0; row < vectors.length; row++) {
          known.add(labels.of(last.batch(), row), vectors[row]);
        }
      }
    }

    void test(Last last) {
      for (int p = 0; p <= sublayers; p++) {
        ClassCentroids known = centroids[p];
        for (int row = 0; known != null && row < last.batch().rows(); row++) {
          int label = labels.of(last.batch(), row);
          float[] vector = last.vectors().get(p)[row];
          if (labels.takesPart(label) && known.nearestWithout(label, vector) == label) {
            correct[p]++;
          }
        }
      }
    }

    Separability result() {
      return new Separability(
          labels.rows(),
          labels.classes(),
          labels.majority(),
          Arrays.stream(correct).boxed().toList());
    }
  }

  /** Waits for batches in flight. */
  @Override
  public void close() {
    lanes.close();
  }
}
