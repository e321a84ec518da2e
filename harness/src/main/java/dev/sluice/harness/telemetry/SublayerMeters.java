package dev.sluice.harness.telemetry;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The meters of each sublayer of one sweep. Not safe for several threads at once. */
final class SublayerMeters {
  private final Series series;
  private final String[] ids;
  private BitSet isCut = new BitSet();
  private final List<Map<Measure, GaugeDataPoint>> divergences = new ArrayList<>();
  private final @Nullable GaugeDataPoint[] steps;

  /**
   * @param sublayers of the model
   */
  SublayerMeters(Series series, int sublayers) {
    this.series = series;
    this.ids = new String[sublayers];
    this.steps = new GaugeDataPoint[sublayers];
    for (int i = 0; i < sublayers; i++) {
      ids[i] = padded(i, sublayers);
      divergences.add(new EnumMap<>(Measure.class));
      Sublayer sublayer = Sublayer.at(i);
      series.info(
          SweepMeter.SUBLAYER_INFO,
          ids[i],
          sublayer.toString(),
          sublayer.kind().id(),
          padded(sublayer.block(), (sublayers + 1) / 2));
      series.set(SweepMeter.SUBLAYER_CUT, 0, ids[i]);
    }
  }

  /** A number from 0 below {@code end} with as many digits as the largest, three at least. */
  private static String padded(int number, int end) {
    int digits = Math.max(3, Integer.toString(end - 1).length());
    return ("%0" + digits + "d").formatted(number);
  }

  /** A candidate's means so far, which stand for each sublayer that it cuts. */
  void measured(int step, Candidate candidate, Map<Measure, Double> means) {
    for (Sublayer sublayer : candidate.sublayers()) {
      int place = sublayer.index();
      means.forEach((measure, mean) -> divergence(place, measure).set(mean));
      GaugeDataPoint number = steps[place];
      if (number == null) {
        number = series.gauge(SweepMeter.SUBLAYER_DIVERGENCE_STEP, ids[place]);
        steps[place] = number;
      }
      number.set(step);
    }
  }

  private GaugeDataPoint divergence(int place, Measure measure) {
    return divergences
        .get(place)
        .computeIfAbsent(
            measure, m -> series.gauge(SweepMeter.SUBLAYER_DIVERGENCE, ids[place], m.id()));
  }

  /** A step begins: what none of its candidates cuts has no divergence any more. */
  void begin(Collection<Candidate> candidates) {
    Set<Integer> running = new HashSet<>();
    candidates.forEach(c -> c.sublayers().forEach(s -> running.add(s.index())));
    for (int place = 0; place < ids.length; place++) {
      if (!running.contains(place)) {
        forget(place);
      }
    }
  }

  /** What is cut after a step; the rank of a sublayer is the step since which it is. */
  void cut(Variant variant, int step) {
    for (int place = 0; place < ids.length; place++) {
      if (variant.isCut(place) && !isCut.get(place)) {
        series.set(SweepMeter.SUBLAYER_CUT, 1, ids[place]);
        series.set(SweepMeter.SUBLAYER_RANK, step, ids[place]);
        forget(place);
      } else if (!variant.isCut(place) && isCut.get(place)) {
        series.set(SweepMeter.SUBLAYER_CUT, 0, ids[place]);
        series.drop(SweepMeter.SUBLAYER_RANK, ids[place]);
      }
    }
    isCut = variant.prefix(ids.length);
  }

  private void forget(int place) {
    for (Measure measure : divergences.get(place).keySet()) {
      series.drop(SweepMeter.SUBLAYER_DIVERGENCE, ids[place], measure.id());
    }
    divergences.get(place).clear();
    if (steps[place] != null) {
      steps[place] = null;
      series.drop(SweepMeter.SUBLAYER_DIVERGENCE_STEP, ids[place]);
    }
  }
}
