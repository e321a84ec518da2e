package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.statistics.Percentiles;
import dev.sluice.scorers.statistics.RunningMoments;
import java.util.ArrayList;
import java.util.List;

/** One variant's scores while prompts flow. Not safe for use by several threads at once. */
final class RunningScores {
  private final List<Running> running;

  RunningScores(List<Measure> measures) {
    running = measures.stream().map(Running::new).toList();
  }

  /**
   * Take in one batch.
   *
   * @param values {@code [measures][B * T]}
   */
  void add(TokenBatch batch, float[][] values) {
    for (int m = 0; m < running.size(); m++) {
      running.get(m).add(batch, values[m]);
    }
  }

  /** Tell the rows of a batch that was taken in last. */
  void tell(TokenBatch batch, Variant variant, Instruments instruments) {
    for (Running each : running) {
      each.tell(batch, variant, instruments);
    }
  }

  /** How many values a measure has on a batch. */
  static long count(Measure measure, TokenBatch batch) {
    long count = 0;
    for (int row = 0; row < batch.rows(); row++) {
      count += measure.grain() == Measure.Grain.ROW_ROOT ? 1 : counted(measure, batch.length(row));
    }
    return count;
  }

  /** Positions of a row that have a value; a row's own value stands at its first. */
  private static int counted(Measure measure, int length) {
    return switch (measure.grain()) {
      case TOKEN, ROW_ROOT -> length;
      case PREDICTED_TOKEN -> length - 1;
      case ROW -> length > 1 ? 1 : 0;
      case ITEM -> throw new IllegalArgumentException(measure + " is not computed on tokens");
    };
  }

  /** The scores so far, one for each measure. */
  List<Score> scores() {
    return running.stream().map(Running::score).toList();
  }

  /** The mean so far of one measure. */
  double mean(int measure) {
    return running.get(measure).moments.mean();
  }

  /** The mean of each row so far of one measure. */
  double[] rows(int measure) {
    return running.get(measure).rows.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static final class Running {
    private final Measure measure;
    private final RunningMoments moments = new RunningMoments();
    private final RunningMoments rowMoments = new RunningMoments();
    private final Percentiles percentiles = new Percentiles();
    private final List<Double> rows = new ArrayList<>();

    Running(Measure measure) {
      this.measure = measure;
    }

    void add(TokenBatch batch, float[] values) {
      for (int row = 0; row < batch.rows(); row++) {
        int counted = counted(measure, batch.length(row));
        if (counted > 0) {
          addRow(values, row * batch.length(), counted);
        }
      }
    }

    /** Rows without a value, of one token, were not added. */
    void tell(TokenBatch batch, Variant variant, Instruments instruments) {
      int place = rows.size();
      for (int row = batch.rows() - 1; row >= 0; row--) {
        if (counted(measure, batch.length(row)) > 0) {
          place--;
          instruments.prompt(variant, measure, batch.firstRow() + row, rows.get(place));
        }
      }
    }

    private void addRow(float[] values, int start, int counted) {
      RunningMoments row = new RunningMoments();
      for (int t = 0; t < counted; t++) {
        row.add(values[start + t]);
        if (measure.grain() != Measure.Grain.ROW_ROOT) {
          addValue(values[start + t]);
        }
      }
      double value = row.mean();
      if (measure.grain() == Measure.Grain.ROW_ROOT) {
        value = Math.sqrt(row.mean() * counted);
        addValue(value);
      }
      rows.add(value);
      rowMoments.add(value);
    }

    private void addValue(double value) {
      moments.add(value);
      percentiles.add(value);
    }

    Score score() {
      return new Score(
          measure,
          moments.mean(),
          moments.standardError(),
          rowMoments.standardError(),
          moments.count(),
          percentiles.all(),
          rows);
    }
  }
}
