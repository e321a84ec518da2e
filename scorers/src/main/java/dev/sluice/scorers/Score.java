package dev.sluice.scorers;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a measure says of one variant on one set of prompts, frozen.
 *
 * @param measure what was measured; unit and direction stand there
 * @param mean the score; NaN where a value was NaN, which never wins a comparison
 * @param standardError standard deviation of the values over the root of their number: too small
 *     where the positions of a row depend on one another
 * @param rowStandardError the same over the rows' means, each row being one independent value; NaN
 *     for fewer than two rows
 * @param count how many values went in (positions, or rows for {@link Measure.Grain#ROW_ROOT} and
 *     {@link Measure.Grain#ROW}, items for {@link Measure.Grain#ITEM})
 * @param percentiles of the values, by name from {@code p1} to {@code p99.9}, in that order; none of
 *     {@link Measure.Grain#ITEM}, whose values are 0 and 1
 * @param rows the mean of each row of tokens in calibration order, or the value of each item, for paired
 *     comparisons
 */
public record Score(
    Measure measure,
    double mean,
    double standardError,
    double rowStandardError,
    long count,
    Map<String, Double> percentiles,
    List<Double> rows) {

  public Score {
    requireNonNull(measure, "measure");
    percentiles = Collections.unmodifiableMap(new LinkedHashMap<>(percentiles));
    rows = List.copyOf(rows);
  }

  /** Perplexity, {@code exp(mean)}, of an {@link Measure#NLL} score. */
  public double perplexity() {
    return Math.exp(mean);
  }
}
