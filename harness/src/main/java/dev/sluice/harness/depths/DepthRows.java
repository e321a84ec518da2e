package dev.sluice.harness.depths;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Separability;
import dev.sluice.scorers.statistics.ConfidenceInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** What was found as rows of cells, for the text and the page alike. */
final class DepthRows {
  static final List<String> BLOCKS = List.of("block", "influence", "angle", "1 - CKA");
  static final List<String> RUNS =
      List.of("blocks", "least angle", "from", "to", "least 1 - cosine", "from", "to");
  static final List<String> SEPARABILITY = List.of("behind", "right", "accuracy", "95 % interval");

  /** Lengths of runs of blocks that are shown; the JSON has all. */
  private static final int[] LENGTHS = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96};

  private final DepthFindings found;
  private final DepthProfile profile;

  DepthRows(DepthFindings found) {
    this.found = found;
    this.profile = found.profile();
  }

  List<List<String>> blocks() {
    return IntStream.range(0, profile.blocks())
        .mapToObj(block ->
            List.of(
                Integer.toString(block),
                Quantities.score(profile.blockInfluence(block)),
                Quantities.score(profile.angularDistance(block, 1)),
                Quantities.score(1 - profile.cka().get(2 * block).get(2 * block + 2))))
        .toList();
  }

  List<String> sublayersHead() {
    List<String> head = new ArrayList<>(List.of("sublayer", "influence", "update", "l1", "l2"));
    found.taylor().ifPresent(taylor -> head.add("Taylor"));
    return head;
  }

  List<List<String>> sublayers() {
    return IntStream.range(0, profile.sublayers()).mapToObj(this::sublayer).toList();
  }

  private List<String> sublayer(int p) {
    List<String> row = new ArrayList<>();
    row.add(Sublayer.at(p).toString());
    row.add(Quantities.score(profile.sublayerInfluence(p)));
    row.add(Quantities.score(profile.update().get(p)));
    row.add(Quantities.score(found.magnitudes().l1().get(p)));
    row.add(Quantities.score(found.magnitudes().l2().get(p)));
    found.taylor().ifPresent(taylor -> row.add(Quantities.score(taylor.scores().get(p))));
    return row;
  }

  /** Of each length the run of blocks over which the states change least. */
  List<List<String>> runs() {
    return IntStream.of(LENGTHS).filter(n -> n < profile.blocks()).mapToObj(this::run).toList();
  }

  private List<String> run(int n) {
    List<String> row = new ArrayList<>(List.of(Integer.toString(n)));
    addLeast(row, n, block -> profile.angularDistance(block, n));
    addLeast(row, n, block -> 1 - profile.cosineOver(block, n));
    return row;
  }

  private void addLeast(List<String> row, int n, IntToDoubleFunction distance) {
    int least = 0;
    for (int block = 1; block + n <= profile.blocks(); block++) {
      if (distance.applyAsDouble(block) < distance.applyAsDouble(least)) {
        least = block;
      }
    }
    row.add(Quantities.score(distance.applyAsDouble(least)));
    row.add(Integer.toString(least));
    row.add(Integer.toString(least + n - 1));
  }

  static List<List<String>> separability(Separability of) {
    return IntStream.range(0, of.correct().size())
        .mapToObj(boundary -> {
          ConfidenceInterval interval = of.interval(boundary, DepthFindings.CONFIDENCE);
          return List.of(
              DepthFindings.behind(boundary),
              Integer.toString(of.correct().get(boundary)),
              Quantities.percent(of.accuracy(boundary)),
              String.format(
                  Locale.ROOT,
                  "%s to %s",
                  Quantities.percent(interval.low()),
                  Quantities.percent(interval.high())));
        })
        .toList();
  }

  /** What was asked and what a guess reaches, in sentences. */
  static List<String> standing(DepthFindings.Probed probed) {
    Separability of = probed.found();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d questions of task %s; guessing the largest class is right in %s."
            .formatted(of.rows(), probed.task(), Quantities.percent(of.majority())));
    if (probed.leftOut() > 0) {
      lines.add(probed.leftOut() + " rows without a right answer are left out.");
    }
    lines.add("%d classes: %s.".formatted(of.classes(), String.join(", ", probed.classes())));
    return lines;
  }
}
