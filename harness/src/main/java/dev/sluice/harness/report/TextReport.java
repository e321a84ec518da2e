package dev.sluice.harness.report;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.presentation.TerminalLine;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Provenance;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.scorers.Measure;
import java.util.Locale;

/** A sweep as text for a terminal of 80 columns. */
public final class TextReport {
  static final int WIDTH = 80;

  private final Findings findings;
  private final SweepState state;
  private final TerminalStyle style;
  private final StringBuilder out = new StringBuilder();

  private TextReport(SweepState state, boolean colour) {
    this.findings = new Findings(state);
    this.state = state;
    this.style = new TerminalStyle(colour);
  }

  /**
   * The report, ending with a line end.
   *
   * @param colour whether ANSI sequences may be used
   */
  public static String of(SweepState state, boolean colour) {
    return new TextReport(state, colour).report();
  }

  private String report() {
    header();
    section("What was cut: rank of removal (· is kept)");
    out.append(new TextMap(findings, style).lines());
    if (state.steps().isEmpty()) {
      section("Nothing is cut yet");
      line("  The first step is not decided: the curve begins with it.");
    } else {
      section("What it costs: " + findings.objective().id() + " with all cuts so far together");
      out.append(new TextCurve(findings, style).lines());
      milestones();
    }
    cost();
    section("What next");
    NextSteps.of(findings).forEach(l -> out.append(l).append('\n'));
    return out.toString();
  }

  private void header() {
    SweepPlan plan = state.plan();
    Measure measure = findings.objective();
    String title = "Sluice · " + TerminalLine.clean(plan.name());
    out.append(style.bold(TerminalLine.fit(title, WIDTH))).append('\n');
    line(
        plan.search().strategy().id()
            + " search on "
            + measure.id()
            + " ("
            + measure.unit()
            + Findings.sense(measure)
            + ")");
    out.append('\n');
    provenance(state.provenance());
    if (plan.search().treatment().kind() != SweepPlan.Treatment.Kind.REMOVE) {
      fact("treatment", Findings.treated(plan.search().treatment()));
    }
    fact("state", standing());
  }

  private void provenance(Provenance p) {
    ModelConfig c = p.config();
    fact("model", state.plan().model());
    fact(
        "",
        c.family()
            + ", "
            + c.blocks()
            + " blocks, "
            + c.sublayers()
            + " sublayers, hidden size "
            + c.hidden());
    fact(
        "digests",
        "weights "
            + brief(p.weightsDigest())
            + "  tokenizer "
            + brief(p.tokenizerDigest())
            + "  calibration "
            + brief(p.calibrationDigest()));
    fact("calibration", calibration(p));
    fact(
        "ran on",
        p.device()
            + ", "
            + p.dtype()
            + ", "
            + p.engine()
            + ", Sluice "
            + p.version()
            + ", Java "
            + p.java());
  }

  private String calibration(Provenance p) {
    SweepPlan.Calibration asked = state.plan().calibration();
    String chosen =
        p.places().isEmpty()
            ? ""
            : " of %d by %s".formatted(asked.pool(), PlanKeys.of(state.plan()).get("select"));
    return p.rows()
        + " rows"
        + chosen
        + ", "
        + Quantities.count(p.tokens())
        + " tokens of "
        + asked.file();
  }

  private String standing() {
    String cut =
        findings
            .last()
            .map(s ->
                findings.howMany(s)
                    + " cut ("
                    + Quantities.percent(s.reduction().sublayers())
                    + "), ")
            .orElse("nothing cut, ");
    String open =
        state.finished().isPresent()
            ? ""
            : findings.openStep().stream()
                .mapToObj(s -> ", step " + s + " has " + state.trialsOf(s).size() + " trials")
                .findFirst()
                .orElse("");
    return cut + findings.standing() + open;
  }

  private void milestones() {
    if (findings.milestones().isEmpty()) {
      return;
    }
    section("What is left of the model");
    line("  cut up to   cuts  sublayers   params    FLOPs  KV cache  " + findings.objective().id());
    for (Findings.Milestone milestone : findings.milestones()) {
      var r = milestone.step().reduction();
      line(
          String.format(
              Locale.ROOT,
              "  %9s  %5d  %9s  %7s  %7s  %8s  %s",
              Math.round(100 * milestone.share()) + " %",
              milestone.step().variant().cuts().size(),
              left(r.sublayers()),
              left(r.parameters()),
              left(r.flops()),
              left(r.kvCache()),
              Quantities.scoreWithError(
                  milestone.step().score(), findings.rowError(milestone.step()))));
    }
  }

  private static String left(double cut) {
    return Quantities.percent(1 - cut);
  }

  private void cost() {
    Cost cost = state.cost();
    section("What the search cost");
    String perTrial =
        findings.measuredVariants() == 0
            ? ""
            : ", "
                + Quantities.duration(cost.seconds() / findings.measuredVariants())
                + " a candidate, "
                + Quantities.count(findings.measuredVariants())
                + " candidates";
    fact("time", Quantities.duration(cost.seconds()) + perTrial);
    findings
        .passRatio()
        .ifPresent(ratio ->
            fact(
                "passes",
                String.format(
                    Locale.ROOT,
                    "%s sublayers run; a full pass a variant takes %s (%.1f x)",
                    Quantities.count(cost.sublayerPasses()),
                    Quantities.count(cost.naiveSublayerPasses()),
                    ratio)));
    fact("tokens", Quantities.count(cost.tokens()) + " scored, summed over variants");
    if (cost.peakResidentBytes() > 0) {
      fact("memory", Quantities.bytes(cost.peakResidentBytes()) + " at the peak");
    }
  }

  private void section(String title) {
    out.append('\n').append(style.bold(TerminalLine.fit(title, WIDTH))).append('\n');
  }

  private void fact(String name, String value) {
    String label = String.format(Locale.ROOT, "  %-12s ", name);
    out.append(style.dim(label))
        .append(TerminalLine.fit(TerminalLine.clean(value), WIDTH - label.length()))
        .append('\n');
  }

  private void line(String text) {
    out.append(TerminalLine.fit(text, WIDTH)).append('\n');
  }

  private static String brief(String digest) {
    return TerminalLine.clean(digest.substring(0, Math.min(10, digest.length())));
  }
}
