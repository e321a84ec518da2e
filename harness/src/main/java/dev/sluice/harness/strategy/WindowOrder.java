package dev.sluice.harness.strategy;

import dev.sluice.harness.strategy.sets.Loss;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.statistics.RunningMoments;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Shapley values from contiguous windows alone (arXiv 2409.14381): every window of up to {@code w}
 * neighbours is cut, and a candidate is worth the mean of {@code L(window) - L(window without it)} over
 * the windows at whose ends it stands. A scan for cornerstones, whose cut alone makes a model collapse.
 *
 * <p>Cost: about {@code w n} trials, then one a step.
 */
public final class WindowOrder extends LearntOrder {
  private final Loss loss;
  private final Scan scan;
  private List<Attribution> told = List.of();

  /**
   * What is scanned, and to what end.
   *
   * @param longest window, in candidates; at least 1
   * @param rows of the calibration set that windows are measured on
   * @param cornerstonesFirst whether the dearest is cut first: a positive control, which must collapse
   */
  public record Scan(int longest, int rows, boolean cornerstonesFirst) {}

  /**
   * @param pool in the order of execution
   */
  public WindowOrder(Measure objective, List<Candidate> pool, Scan scan) {
    super(pool);
    this.loss = new Loss(objective);
    this.scan = scan;
  }

  @Override
  Optional<Round> lesson() {
    return told.isEmpty()
        ? Optional.of(new Round.Survey(List.copyOf(windows()), scan.rows()))
        : Optional.empty();
  }

  private Set<Candidate> windows() {
    Set<Candidate> windows = new LinkedHashSet<>();
    windows.add(window(0, 0));
    for (int length = 1; length <= Math.min(scan.longest(), pool().size()); length++) {
      for (int from = 0; from + length <= pool().size(); from++) {
        windows.add(window(from, from + length));
      }
    }
    return windows;
  }

  private Candidate window(int from, int to) {
    return Candidate.union(pool().subList(from, to));
  }

  @Override
  void learn(List<Trial> trials) {
    Map<Candidate, Double> losses = loss.byCandidate(trials);
    List<Attribution> attributions = new ArrayList<>();
    double sign = scan.cornerstonesFirst() ? -1 : 1;
    for (int place = 0; place < pool().size(); place++) {
      RunningMoments worth = worth(place, losses);
      attributions.add(
          new Attribution(pool().get(place), sign * worth.mean(), worth.standardError()));
    }
    told = List.copyOf(attributions);
  }

  private RunningMoments worth(int place, Map<Candidate, Double> losses) {
    RunningMoments worth = new RunningMoments();
    for (int length = 1; length <= Math.min(scan.longest(), pool().size()); length++) {
      if (place + length <= pool().size()) {
        worth.add(
            losses.getOrDefault(window(place, place + length), Double.NaN)
                - losses.getOrDefault(window(place + 1, place + length), Double.NaN));
      }
      if (length > 1 && place - length + 1 >= 0) {
        worth.add(
            losses.getOrDefault(window(place - length + 1, place + 1), Double.NaN)
                - losses.getOrDefault(window(place - length + 1, place), Double.NaN));
      }
    }
    return worth;
  }

  @Override
  public List<Attribution> attributions() {
    return told;
  }
}
