package dev.sluice.scorers.statistics;

import java.util.Arrays;

/** Standard errors as lm-evaluation-harness 0.4.13 computes them. */
public final class SampleError {
  private SampleError() {}

  /**
   * The standard error of a mean: the sample standard deviation, with {@code n - 1} below the line,
   * over the root of n. NaN for fewer than two values, where lm-eval prints {@code N/A}.
   */
  public static double ofMean(double... values) {
    double mean = Arrays.stream(values).sum() / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return values.length < 2
        ? Double.NaN
        : Math.sqrt(squares / (values.length - 1) / values.length);
  }

  /**
   * The standard error of a group's mean that weighs its tasks by size: the variances of the tasks
   * are pooled, {@code sqrt(sum((n_i - 1) n_i se_i^2) / (N - k) / N)} for N items in k tasks. What
   * the tasks' means differ by does not count. NaN where a task's is.
   *
   * @param sizes items of each task, at least 1
   * @param errors the standard error of each task's mean
   */
  public static double ofGroup(long[] sizes, double[] errors) {
    if (sizes.length != errors.length || sizes.length == 0) {
      throw new IllegalArgumentException(
          sizes.length + " sizes and " + errors.length + " errors: as many, and at least one");
    }
    double squares = 0;
    long items = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < 1) {
        throw new IllegalArgumentException("size " + sizes[i] + " of task " + i + ": at least 1");
      }
      squares += (sizes[i] - 1.0) * errors[i] * errors[i] * sizes[i];
      items += sizes[i];
    }
    return items == sizes.length ? Double.NaN : Math.sqrt(squares / (items - sizes.length) / items);
  }

  /**
   * The standard error of a group's mean in which every task weighs the same: {@code sqrt(sum(se_i^2))
   * / k}. NaN where a task's is, and of no tasks.
   */
  public static double ofEqualTasks(double... errors) {
    return Math.sqrt(Arrays.stream(errors).map(e -> e * e).sum()) / errors.length;
  }
}
