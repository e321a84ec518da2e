package dev.sluice.harness.report;

import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.presentation.Sections;
import dev.sluice.harness.report.Findings.Milestone;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.List;
import java.util.Map;

/** The tables of a page, and the folds and frames that hold them. */
final class HtmlTables {
  private final Findings findings;
  private final Markup page;

  HtmlTables(Findings findings, Markup page) {
    this.findings = findings;
    this.page = page;
  }

  /** A folded table that says what a picture shows. */
  void twin(String title, Runnable table) {
    Sections.twin(page, title, table);
  }

  /** A frame in which a wide table scrolls, reachable by keyboard. */
  void scroll(String label, Runnable table) {
    Sections.scroll(page, label, table);
  }

  void card(String title, Map<String, String> facts) {
    Sections.card(page, title, facts);
  }

  /** Rank and score of every cut sublayer, in order of execution. */
  void order() {
    head("sublayer", "rank", findings.objective().id());
    findings
        .state()
        .provenance()
        .config()
        .sublayerList()
        .forEach(sublayer -> {
          Step step = findings.removal(sublayer).orElse(null);
          row(
              sublayer.toString(),
              step == null ? "kept" : Integer.toString(step.number()),
              step == null ? "" : score(step));
        });
    end();
  }

  void steps() {
    head(
        "step",
        "cut",
        findings.objective().id() + " ± row error",
        "sublayers",
        "blocks",
        "parameters",
        "FLOPs",
        "KV cache");
    for (Step step : findings.state().steps()) {
      Reduction r = step.reduction();
      page.open("tr", "id", "step-" + step.number(), "data-step", Integer.toString(step.number()));
      page.element("th", Integer.toString(step.number()), "scope", "row");
      cells(
          findings.cutOf(step),
          score(step),
          Quantities.percent(r.sublayers()),
          Quantities.percent(r.blocks()),
          Quantities.percent(r.parameters()),
          Quantities.percent(r.flops()),
          Quantities.percent(r.kvCache()));
      page.closeLine();
    }
    end();
  }

  void perplexities() {
    head("step", "cut", "perplexity", "nll ± row error");
    for (Step step : findings.state().steps()) {
      Score nll = findings.score(step, Measure.NLL).orElse(null);
      row(
          Integer.toString(step.number()),
          findings.cutOf(step),
          nll == null ? "" : Quantities.score(nll.perplexity()),
          nll == null ? "" : Quantities.scoreWithError(nll.mean(), nll.rowStandardError()));
    }
    end();
  }

  /** What the model keeps at round shares. */
  void milestones() {
    head(
        "cut up to",
        "steps",
        "sublayers",
        "blocks",
        "parameters",
        "FLOPs",
        "KV cache",
        findings.objective().id() + " ± row error");
    for (Milestone milestone : findings.milestones()) {
      Reduction r = milestone.step().reduction();
      row(
          Math.round(100 * milestone.share()) + " %",
          Integer.toString(milestone.step().number()),
          left(r.sublayers()),
          left(r.blocks()),
          left(r.parameters()),
          left(r.flops()),
          left(r.kvCache()),
          score(milestone.step()));
    }
    end();
  }

  private static String left(double cut) {
    return Quantities.percent(1 - cut);
  }

  private String score(Step step) {
    return Quantities.scoreWithError(step.score(), findings.rowError(step));
  }

  void head(String... names) {
    page.open("table").open("thead").open("tr");
    List.of(names).forEach(n -> page.element("th", n, "scope", "col"));
    page.close().close().open("tbody");
  }

  void row(String name, String... values) {
    page.open("tr").element("th", name, "scope", "row");
    cells(values);
    page.closeLine();
  }

  private void cells(String... values) {
    List.of(values).forEach(v -> page.element("td", v));
  }

  void end() {
    page.close().closeLine();
  }
}
