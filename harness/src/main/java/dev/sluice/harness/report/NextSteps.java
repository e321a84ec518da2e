package dev.sluice.harness.report;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished.Reason;
import dev.sluice.harness.sweep.SweepPlan;
import dev.sluice.harness.sweep.SweepPlan.StrategyName;
import dev.sluice.harness.sweep.SweepState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a user may do after reading a report, as commands to copy. */
final class NextSteps {
  private final Findings findings;
  private final SweepState state;
  private final List<String> lines = new ArrayList<>();

  private NextSteps(Findings findings) {
    this.findings = findings;
    this.state = findings.state();
  }

  /** Lines of text; a command that is too long for one line goes on after a backslash. */
  static List<String> of(Findings findings) {
    NextSteps next = new NextSteps(findings);
    next.add();
    return next.lines;
  }

  private void add() {
    String name = quote(state.plan().name());
    if (state.finished().isEmpty()) {
      command("go on where it stopped", "sluice resume " + name);
    }
    if (!state.steps().isEmpty()) {
      command(
          "see the candidates of every step",
          "sluice report " + name + " --format html > report.html");
      forward();
    }
    if (state.finished().isPresent() && !state.steps().isEmpty()) {
      further();
    }
  }

  /** The logits of the model with the first cuts. */
  private void forward() {
    List<Sublayer> cuts = findings.cutsUpTo(Integer.MAX_VALUE);
    List<Sublayer> shown = cuts.subList(0, fitting(cuts));
    command(
        shown.size() == 1
            ? "look at the logits with the first cut"
            : "look at the logits with the first " + shown.size() + " cuts",
        "sluice forward --model " + quote(state.plan().model()),
        "--cut " + shown.stream().map(Sublayer::toString).collect(Collectors.joining(",")),
        "--tokens 1,2,3 --json");
  }

  /** How many cuts one line holds. */
  private static int fitting(List<Sublayer> cuts) {
    int width = "      --cut  \\".length();
    for (int i = 0; i < cuts.size(); i++) {
      width += cuts.get(i).toString().length() + 1;
      if (width > TextReport.WIDTH) {
        return Math.max(1, i);
      }
    }
    return cuts.size();
  }

  private void further() {
    SweepPlan plan = state.plan();
    boolean control = plan.search().strategy() != StrategyName.FINERCUT;
    double cut = findings.last().map(s -> s.reduction().sublayers()).orElse(1.0);
    boolean more = state.finished().equals(Optional.of(Reason.RATIO_REACHED)) && cut < 0.5;
    command(
        control
            ? "hold this control against a search"
            : more ? "search further" : "hold this order against a control",
        "sluice run --model " + quote(plan.model()),
        "--calibration " + quote(plan.calibration().file()),
        "--measure "
            + plan.search().objective().id()
            + (control ? "" : more ? "" : " --strategy random")
            + String.format(
                Locale.ROOT, " --until %.2f", more && !control ? 0.5 : Math.max(cut, 0.01)));
  }

  private void command(String purpose, String... parts) {
    lines.add("  " + purpose + ":");
    StringBuilder line = new StringBuilder("    ");
    for (int i = 0; i < parts.length; i++) {
      if (i > 0 && line.length() + parts[i].length() + 3 > TextReport.WIDTH) {
        lines.add(line + " \\");
        line = new StringBuilder("      ").append(parts[i]);
      } else {
        line.append(i > 0 ? " " : "").append(parts[i]);
      }
    }
    lines.add(line.toString());
  }

  private static String quote(String text) {
    String clean = TextReport.clean(text);
    return clean.matches("[A-Za-z0-9_./:@%+=-]+") ? clean : "'" + clean.replace("'", "'\\''") + "'";
  }
}
