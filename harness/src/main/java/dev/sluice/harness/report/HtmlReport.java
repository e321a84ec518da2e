package dev.sluice.harness.report;

import dev.sluice.harness.landscape.Landscape;
import dev.sluice.harness.landscape.LandscapeViews;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Page;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.report.CurveChart.Point;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.statistics.MixtureRegret;
import java.util.ArrayList;
import java.util.List;

/**
 * A sweep as one self-contained page: nothing is loaded from elsewhere, everything can be read
 * without JavaScript, every picture has a table beside it.
 */
public final class HtmlReport {
  private final Findings findings;
  private final SweepState state;
  private final HtmlTables tables;
  private final Markup page;

  private HtmlReport(SweepState state) {
    this.findings = new Findings(state);
    this.state = state;
    this.page = Page.begin(state.plan().name(), "");
    this.tables = new HtmlTables(findings, page);
  }

  /** The page's text, to be stored as UTF-8. */
  public static String of(SweepState state) {
    return new HtmlReport(state).report();
  }

  private String report() {
    header();
    page.open("main");
    map();
    curves();
    if (state.nested()) {
      candidates();
    }
    new LearntSections(findings, tables).write(page);
    remains();
    landscape();
    facts();
    page.closeLine();
    page.element("footer", "Made by Sluice " + state.provenance().version() + ".");
    page.verbatim("script", Page.resource(HtmlReport.class, "report.js"));
    return page.closeLine().close().page();
  }

  private void header() {
    page.open("header").element("p", "Sluice · what each cut costs", "class", "eyebrow");
    page.element("h1", state.plan().name());
    page.element("p", summary(), "class", "lead");
    page.open("dl", "class", "tiles");
    findings.last().ifPresent(this::tiles);
    tile(
        "search time",
        Quantities.duration(state.cost().seconds()),
        Quantities.count(findings.measuredVariants()) + " candidates scored");
    page.close().closeLine();
  }

  private String summary() {
    Measure measure = findings.objective();
    String model = state.plan().model();
    String what =
        findings
            .last()
            .map(s ->
                findings.howMany(s)
                    + ", "
                    + Quantities.percent(s.reduction().sublayers())
                    + " of all sublayers, of "
                    + model
                    + " are cut")
            .orElse("No sublayer of " + model + " is cut yet");
    return what
        + ". The search goes by "
        + measure.id()
        + " ("
        + measure.unit()
        + Findings.sense(measure)
        + "). "
        + capitalised(findings.standing())
        + ".";
  }

  private static String capitalised(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private void tiles(Step step) {
    var r = step.reduction();
    tile("sublayers", Quantities.percent(r.sublayers()), "cut");
    tile("parameters", Quantities.percent(r.parameters()), "fewer");
    tile("FLOPs", Quantities.percent(r.flops()), "fewer a token");
    tile("KV cache", Quantities.percent(r.kvCache()), "smaller");
    double error = findings.rowError(step);
    tile(
        findings.objective().id(),
        Quantities.score(step.score()),
        (Double.isFinite(error) ? "± " + Quantities.error(step.score(), error) + " " : "")
            + findings.objective().unit());
    findings
        .score(step, Measure.NLL)
        .ifPresent(s -> tile("perplexity", Quantities.score(s.perplexity()), "on the text"));
  }

  private void tile(String name, String value, String note) {
    page.open("div").element("dt", name).element("dd", value).element("dd", note, "class", "note");
    page.closeLine();
  }

  private void map() {
    section("map", "What was cut", "Each number is the step in which a sublayer was cut.");
    new RemovalMap(findings).write(page);
    tables.twin("The map as a table", tables::order);
    page.closeLine();
  }

  private void curves() {
    if (state.steps().isEmpty()) {
      return;
    }
    page.open("div", "class", findings.measured(Measure.NLL) ? "pair" : "alone");
    divergence();
    if (findings.measured(Measure.NLL)) {
      perplexity();
    }
    page.closeLine();
  }

  private void divergence() {
    Measure measure = findings.objective();
    section(
        "curve",
        "What it costs",
        measure.id()
            + " with everything up to that step cut; the band is one standard error over"
            + " the rows of tokens.");
    List<Point> points = new ArrayList<>();
    measure.unchanged().ifPresent(v -> points.add(new Point(0, v, Double.NaN, "intact model", 0)));
    state.steps().forEach(s -> points.add(point(s, s.score(), findings.rowError(s))));
    chart(new CurveChart("divergence", measure.id() + ", " + measure.unit(), points));
    tables.twin("The curve as a table", tables::steps);
    page.closeLine();
  }

  private void perplexity() {
    section(
        "perplexity",
        "Perplexity",
        "The exponential of nll, the mean negative log-likelihood of the calibration text, with its"
            + " standard error.");
    List<Point> points = new ArrayList<>();
    for (Step step : state.steps()) {
      findings.score(step, Measure.NLL).ifPresent(s -> points.add(perplexity(step, s)));
    }
    chart(new CurveChart("perplexities", "perplexity", points));
    tables.twin("Perplexity as a table", tables::perplexities);
    page.closeLine();
  }

  /** The band is the error of the logarithm, carried over to first order. */
  private Point perplexity(Step step, Score nll) {
    return point(step, nll.perplexity(), nll.perplexity() * nll.rowStandardError());
  }

  private Point point(Step step, double value, double error) {
    return new Point(
        step.reduction().sublayers(),
        value,
        error,
        "step "
            + step.number()
            + ", "
            + findings.cutOf(step)
            + ": "
            + Quantities.scoreWithError(value, error)
            + " at "
            + Quantities.percent(step.reduction().sublayers())
            + " of sublayers",
        step.number());
  }

  private void chart(CurveChart chart) {
    if (chart.isEmpty()) {
      page.element("p", "No step has a finite score to draw.", "class", "empty");
    } else {
      chart.write(page);
    }
  }

  private void candidates() {
    section(
        "candidates",
        "How it was decided",
        "One row a step, one column a block; the colour says how many times as much as the best of"
            + " its step a candidate costs.");
    if (state.trials().isEmpty()) {
      page.element("p", "No candidate is scored yet.", "class", "empty");
    } else {
      CandidateChart chart = new CandidateChart(findings);
      chart.write(page);
      tables.twin("The candidates as a table", () -> chart.table(page));
    }
    page.closeLine();
  }

  private void remains() {
    if (findings.milestones().isEmpty()) {
      return;
    }
    section(
        "remains",
        "What is left",
        state.nested()
            ? "The longest prefix of the order within each share."
            : "The largest set within each share.");
    tables.scroll("What is left of the model", tables::milestones);
    page.closeLine();
  }

  private void landscape() {
    Landscape landscape =
        new Landscape(findings.wholeTrials(), state.plan().calibration().length());
    if (landscape.levels().isEmpty()) {
      return;
    }
    section(
        "landscape",
        "How flat it is around the intact model",
        "An "
            + MixtureRegret.LABEL
            + ". Variants that cut as many sublayers, taken together: what a uniform mixture of them"
            + " loses to the best one, nats a token; and -log of the share of them within a divergence"
            + " of the intact model, 0 where all are and ∞ where none is.");
    tables.scroll(
        "The landscape by cut sublayers", () -> new LandscapeViews(landscape).table(page));
    page.closeLine();
  }

  private void facts() {
    page.open("section", "id", "facts", "aria-labelledby", "facts-title");
    page.element("h2", "What it was made from", "id", "facts-title");
    page.open("div", "class", "cards");
    tables.card("Plan", HtmlFacts.plan(state.plan()));
    tables.card("Provenance", HtmlFacts.provenance(state.provenance()));
    tables.card("Cost", HtmlFacts.cost(findings));
    page.close();
    if (!state.steps().isEmpty()) {
      page.element("h3", "The cuts, in order of removal");
      String cuts =
          String.join(
              ",", findings.cutsUpTo(Integer.MAX_VALUE).stream().map(Object::toString).toList());
      page.open("pre", "tabindex", "0").element("code", "--cut " + cuts).close();
    }
    page.closeLine();
  }

  private void section(String id, String title, String explanation) {
    page.open("section", "id", id, "aria-labelledby", id + "-title");
    page.element("h2", title, "id", id + "-title").element("p", explanation, "class", "explain");
  }
}
