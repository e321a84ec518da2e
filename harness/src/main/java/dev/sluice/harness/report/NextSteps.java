package dev.sluice.harness.report;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished.Reason;
import dev.sluice.harness.sweep.SweepState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a user may do after reading a report, as commands to copy. */
final class NextSteps {
  private static final List<String> SAME_SEARCH =
      List.of(
          "model",
          "calibration",
          "calibration-field",
          "calibration-preset",
          "sequences",
          "length",
          "select",
          "pool",
          "seed",
          "measure",
          "task",
          "task-data",
          "task-rows",
          "candidates",
          "exclude");

  /** Values that need not be written in a command. */
  private static final Map<String, Object> USUAL =
      Map.of(
          "calibration-preset",
          "finercut",
          "sequences",
          10,
          "length",
          256,
          "seed",
          0L,
          "candidates",
          "all");

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
    String name = ShellWord.of(state.plan().name());
    if (state.finished().isEmpty()) {
      command("go on where it stopped", "sluice resume " + name + journal());
    }
    if (!state.steps().isEmpty()) {
      command(
          "see the candidates of every step",
          "sluice report " + name + journal() + " --format html > report.html");
      forward();
      state.plan().search().task().ifPresent(this::heldOut);
    }
    if (state.finished().isPresent() && !state.steps().isEmpty()) {
      further();
    }
  }

  private String journal() {
    return state.plan().journal().map(j -> " --journal " + ShellWord.of(j)).orElse("");
  }

  /** The logits of the model with the first cuts. */
  private void forward() {
    List<Sublayer> cuts = findings.cutsUpTo(Integer.MAX_VALUE);
    List<Sublayer> shown = cuts.subList(0, fitting(cuts));
    command(
        shown.size() == 1
            ? "look at the logits with the first cut"
            : "look at the logits with the first " + shown.size() + " cuts",
        "sluice forward --model " + ShellWord.of(state.plan().model()),
        "--cut " + shown.stream().map(Sublayer::toString).collect(Collectors.joining(",")),
        "--tokens 1,2,3 --json");
  }

  /** The accuracy where it did not decide. */
  private void heldOut(SweepPlan.Task task) {
    SweepPlan plan = state.plan();
    List<String> parts = new ArrayList<>();
    parts.add("sluice eval --model " + ShellWord.of(plan.model()));
    parts.add("--variants intact," + ShellWord.of(plan.name() + "@all"));
    parts.add("--tasks " + ShellWord.of(task.name()));
    task.data().ifPresent(place -> parts.add("--data " + ShellWord.of(place)));
    parts.add("--limit " + task.rows() + ":");
    parts.add("--name " + ShellWord.of(plan.name() + "-held-out"));
    plan.journal().ifPresent(j -> parts.add("--journal " + ShellWord.of(j)));
    command(
        "see the accuracy of every step on rows that decided nothing",
        parts.toArray(String[]::new));
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

  /** The same search to a higher share; from half of the sublayers on, one to compare it with. */
  private void further() {
    SweepPlan plan = state.plan();
    boolean control = plan.search().strategy().control();
    double cut = findings.last().map(s -> s.reduction().sublayers()).orElse(1.0);
    if (!control && cut < 0.5 && state.finished().equals(Optional.of(Reason.RATIO_REACHED))) {
      run("search further", "0.5", "", "further");
    } else if (control) {
      run("hold this control against a search", until(plan, cut), "", "search");
    } else {
      run("hold this order against a control", until(plan, cut), "--strategy random", "control");
    }
  }

  private static String until(SweepPlan plan, double cut) {
    double share = plan.search().until().sublayers().orElse(Math.ceil(1000 * cut) / 1000);
    return Double.toString(share);
  }

  /** A run like this one, under another name because a journal holds one sweep a name. */
  private void run(String purpose, String until, String strategy, String suffix) {
    Map<String, Object> keys = PlanKeys.of(state.plan());
    List<String> parts = new ArrayList<>(List.of("sluice run"));
    for (String key : SAME_SEARCH) {
      Object value = keys.get(key);
      if (value != null && !value.equals(USUAL.get(key))) {
        parts.add("--" + key + " " + ShellWord.of(value.toString()));
      }
    }
    if (!strategy.isEmpty()) {
      parts.add(strategy);
    }
    parts.add("--until " + until);
    parts.add("--name " + ShellWord.of(state.plan().name() + "-" + suffix));
    state.plan().journal().ifPresent(j -> parts.add("--journal " + ShellWord.of(j)));
    command(purpose, parts.toArray(String[]::new));
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
}
