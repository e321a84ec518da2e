package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.scorers.ChoiceScores;
import dev.sluice.scorers.statistics.RunningMoments;
import dev.sluice.scorers.statistics.Stability;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * A task that stands for itself, or a group of tasks whose items are taken together.
 *
 * @param parts at least one
 */
record Unit(String name, List<TaskOutcomes> parts) {
  List<Measured> measured() {
    return Measured.all(parts.getFirst().task());
  }

  /** FinerCut's choice: {@code acc_norm} where a task has it, else {@code acc}. */
  Optional<Measured> headline() {
    return measured().stream().filter(Measured::accuracy).reduce((a, b) -> b);
  }

  boolean asked(String label) {
    return parts.stream().allMatch(part -> part.asked(label));
  }

  private boolean choices() {
    return parts.getFirst().task().request() == RequestKind.MULTIPLE_CHOICE;
  }

  /** Documents of one part that both variants were asked. */
  record Common(TaskOutcomes part, long doc) {}

  List<Common> common(String first, String second) {
    return parts.stream()
        .flatMap(part -> part.common(first, second).stream().map(doc -> new Common(part, doc)))
        .toList();
  }

  /** Two variants on what both were asked; empty without such items. */
  Optional<PairedDifference> difference(PairedDifference.Pair pair) {
    List<Common> common = common(pair.first(), pair.second());
    return common.isEmpty()
        ? Optional.empty()
        : Optional.of(
            PairedDifference.of(
                pair,
                common.size(),
                values(common, pair.measured(), pair.first()),
                values(common, pair.measured(), pair.second())));
  }

  private static double[] values(List<Common> common, Measured measured, String label) {
    return common.stream()
        .flatMapToDouble(c -> DoubleStream.of(c.part.of(label, c.doc).values(measured)))
        .toArray();
  }

  /** How far the choices are from the baseline's; empty without choices or items. */
  Optional<Comparison.Divergence> divergence(String baseline, String label) {
    RunningMoments moments = new RunningMoments();
    if (choices()) {
      for (Common c : common(baseline, label)) {
        moments.add(
            ChoiceScores.divergence(
                c.part.of(baseline, c.doc).logLikelihoods(),
                c.part.of(label, c.doc).logLikelihoods()));
      }
    }
    if (moments.count() == 0) {
      return Optional.empty();
    }
    OptionalDouble error =
        moments.count() < 2 ? OptionalDouble.empty() : OptionalDouble.of(moments.standardError());
    return Optional.of(new Comparison.Divergence(name, label, moments.mean(), error));
  }

  /** What of the baseline's right and wrong choices is kept; empty without choices or items. */
  Optional<Comparison.Kept> stability(String baseline, String label) {
    Stability stability = new Stability();
    Measured rule = headline().orElse(Measured.ACC);
    if (choices()) {
      for (Common c : common(baseline, label)) {
        Outcome first = c.part.of(baseline, c.doc);
        stability.add(first.spread(), first.right(rule) == c.part.of(label, c.doc).right(rule));
      }
    }
    return stability.items() == 0
        ? Optional.empty()
        : Optional.of(
            new Comparison.Kept(
                name, label, stability.items(), stability.value(), stability.effectiveItems()));
  }
}
