package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.task.text.PythonRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The perplexity of LAMBADA's words and its standard error as lm-evaluation-harness 0.4.13 computes them:
 * 100,000 resamples in chunks of 1,000, of which the i-th draws with Python's generator seeded with i.
 */
final class PerplexityBootstrap {
  static final int ITERATIONS = 100_000;
  private static final int RESAMPLES = 1000;
  private static final int CHUNKS = ITERATIONS / RESAMPLES;

  private final double[] logLikelihoods;

  /**
   * @param logLikelihoods of the words, at least one; taken over
   */
  PerplexityBootstrap(double[] logLikelihoods) {
    this.logLikelihoods = logLikelihoods;
  }

  double perplexity() {
    return Math.exp(-mean(logLikelihoods));
  }

  /** Sample standard deviation of the resamples' perplexities. */
  double standardError() {
    double[] resampled =
        IntStream.range(0, CHUNKS)
            .parallel()
            .mapToObj(this::chunk)
            .flatMapToDouble(c -> c)
            .toArray();
    double mean = mean(resampled);
    double squares = 0;
    for (double perplexity : resampled) {
      squares += (perplexity - mean) * (perplexity - mean);
    }
    return Math.sqrt(squares / (resampled.length - 1));
  }

  private DoubleStream chunk(int seed) {
    PythonRandom random = new PythonRandom(seed);
    int size = logLikelihoods.length;
    double[] perplexities = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      for (int drawn = 0; drawn < size; drawn++) {
        sum += logLikelihoods[(int) (random.random() * size)];
      }
      perplexities[i] = Math.exp(-sum / size);
    }
    return DoubleStream.of(perplexities);
  }

  /** From left to right, as Python's sum before 3.12. */
  private static double mean(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    return sum / numbers.length;
  }
}
