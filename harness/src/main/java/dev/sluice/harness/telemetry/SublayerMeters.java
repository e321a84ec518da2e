package dev.sluice.harness.telemetry;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Measure;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The meters of each sublayer of one sweep; an expert counts for its FFN. Not safe for several threads
 * at once.
 */
final class SublayerMeters {
  private final Series series;
  private final String[] ids;
  private final ModelConfig config;
  private final double[] cut;
  private final List<Map<Measure, GaugeDataPoint>> divergences = new ArrayList<>();
  private final @Nullable GaugeDataPoint[] steps;

  SublayerMeters(Series series, ModelConfig config) {
    int sublayers = config.sublayers();
    this.series = series;
    this.config = config;
    this.cut = new double[sublayers];
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

  /** What was found of the intact model, depth by depth. */
  void profiled(DepthProfile profile) {
    for (int place = 0; place < ids.length; place++) {
      series.set(SweepMeter.SUBLAYER_INFLUENCE, profile.sublayerInfluence(place), ids[place]);
    }
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

  /** What is cut after a step; the rank of a sublayer is the step that cut it, or most of it last. */
  void cut(Variant variant, int step) {
    for (int place = 0; place < ids.length; place++) {
      double share = share(variant, place);
      if (share != cut[place]) {
        series.set(SweepMeter.SUBLAYER_CUT, share, ids[place]);
      }
      if (share > cut[place]) {
        series.set(SweepMeter.SUBLAYER_RANK, step, ids[place]);
        forget(place);
      } else if (share == 0 && cut[place] > 0) {
        series.drop(SweepMeter.SUBLAYER_RANK, ids[place]);
      }
      cut[place] = share;
    }
  }

  private double share(Variant variant, int place) {
    if (variant.isCut(place)) {
      return 1;
    }
    int experts = variant.expertsCut(place).size();
    return experts == 0
        ? 0
        : (double) experts / config.experts(Sublayer.at(place).block()).orElseThrow().count();
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
