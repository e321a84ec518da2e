package dev.sluice.harness.report;

import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.Step;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.Locale;

/** The divergence curve in text: one line a step, with a bar as long as its score. */
final class TextCurve {
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
  private static final String ROW = "%4s  %-12s %-19s %6s %6s %6s ";

  private final Findings findings;
  private final TerminalStyle style;
  private final boolean perplexity;

  TextCurve(Findings findings, TerminalStyle style) {
    this.findings = findings;
    this.style = style;
    this.perplexity = findings.measured(Measure.NLL);
  }

  String lines() {
    StringBuilder out = new StringBuilder();
    String head =
        String.format(
            Locale.ROOT,
            ROW,
            "rank",
            "cut",
            findings.objective().id() + " ± row error",
            "subl.",
            "params",
            "KV");
    out.append(style.dim((head + (perplexity ? " perpl." : "")).stripTrailing())).append('\n');
    double largest =
        findings.state().steps().stream()
            .mapToDouble(Step::score)
            .filter(Double::isFinite)
            .map(Math::abs)
            .max()
            .orElse(0);
    findings.state().steps().forEach(s -> out.append(line(s, largest)).append('\n'));
    return out.toString();
  }

  private String line(Step step, double largest) {
    String values =
        String.format(
            Locale.ROOT,
            ROW,
            step.number(),
            findings.cutOf(step),
            Quantities.scoreWithError(step.score(), findings.rowError(step)),
            percent(step.reduction().sublayers()),
            percent(step.reduction().parameters()),
            percent(step.reduction().kvCache()));
    String tail = perplexity ? String.format(Locale.ROOT, "%7s ", perplexity(step)) : "";
    double share = largest == 0 ? 0 : Math.abs(step.score()) / largest;
    String text = values + tail;
    return (text + bar(share, TextReport.WIDTH - text.length())).stripTrailing();
  }

  private static String percent(double share) {
    return Quantities.percent(share).replace(" ", "");
  }

  private String perplexity(Step step) {
    return findings
        .score(step, Measure.NLL)
        .map(Score::perplexity)
        .map(Quantities::score)
        .orElse("");
  }

  /** A bar in eighths of a character; empty for a share that is no number. */
  static String bar(double share, int width) {
    if (!Double.isFinite(share)) {
      return "";
    }
    int eighths = (int) Math.round(Math.clamp(share, 0, 1) * width * 8);
    String full = "█".repeat(eighths / 8);
    return eighths % 8 == 0 ? full : full + EIGHTHS.charAt(eighths % 8);
  }
}
