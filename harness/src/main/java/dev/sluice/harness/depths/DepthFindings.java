package dev.sluice.harness.depths;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightMagnitudes;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Separability;
import dev.sluice.scorers.TaylorScores;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that was found out about an intact model depth by depth.
 *
 * @param facts what the numbers depend on, by name, in the order in which they are shown
 * @param taylor empty where it was not asked for
 * @param probed empty without a task
 */
public record DepthFindings(
    Map<String, String> facts,
    DepthProfile profile,
    WeightMagnitudes magnitudes,
    Optional<TaylorScores> taylor,
    Optional<Probed> probed) {
  /** Confidence of the intervals of accuracies. */
  static final double CONFIDENCE = 0.95;

  /**
   * At which depths the classes of a task's questions can be told apart.
   *
   * @param classes what the labels mean, in the order of labels
   * @param leftOut rows whose right answer is none of their choices
   */
  public record Probed(String task, List<String> classes, int leftOut, Separability found) {
    public Probed {
      classes = List.copyOf(classes);
    }
  }

  /** What a boundary lies behind: {@code embedding}, {@code 0.attention} and so on. */
  static String behind(int boundary) {
    return boundary == 0 ? "embedding" : Sublayer.at(boundary - 1).toString();
  }
}
