package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.harness.comparison.Comparison.Overall;
import dev.sluice.harness.comparison.TradeOffChart.Point;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Page;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.presentation.Sections;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.scorers.statistics.MixtureRegret;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A comparison as one self-contained page: nothing is loaded from elsewhere, every picture has a table
 * beside it.
 */
public final class ComparisonPage {
  private static final String SUBLAYERS = "share of sublayers cut";
  private static final String PARAMETERS = "share of parameters cut";

  private final Comparison comparison;
  private final Markup page;

  private ComparisonPage(Comparison comparison) {
    this.comparison = comparison;
    this.page =
        Page.begin(title(comparison), Page.resource(ComparisonPage.class, "comparison.css"));
  }

  /** The page's text, to be stored as UTF-8. */
  public static String of(Comparison comparison) {
    return new ComparisonPage(comparison).write();
  }

  private static String title(Comparison comparison) {
    return String.join(", ", comparison.provenance().keySet());
  }

  private String write() {
    header();
    page.open("main");
    tradeOffs();
    tasks();
    differences();
    landscape();
    maps();
    flips();
    facts();
    page.closeLine();
    return page.close().close().page();
  }

  private void header() {
    page.open("header").element("p", "Sluice · variants side by side", "class", "eyebrow");
    page.element("h1", title(comparison));
    page.element(
        "p",
        "%d variants on %d tasks; %s is what the others are held against."
            .formatted(
                comparison.variants().size(),
                comparison.main().size(),
                comparison.baseline().name()),
        "class",
        "lead");
    comparison.notes().forEach(note -> page.element("p", note, "class", "explain"));
    page.closeLine();
  }

  private void tradeOffs() {
    Sections.open(
        page,
        "What is retained",
        "The mean over tasks (acc_norm where a task has it, else acc) over the baseline's, with 95 %"
            + " intervals of the mean. Filled points are beaten by none: no other variant saves more"
            + " parameters at a better mean.");
    page.open("div", "class", "plots");
    List<Overall> rated =
        comparison.overall().stream().filter(o -> o.retained().isPresent()).toList();
    if (!rated.isEmpty()) {
      retained(SUBLAYERS, Reduction::sublayers);
      retained(PARAMETERS, Reduction::parameters);
    }
    comparison.tasks().stream()
        .filter(task -> comparison.main().contains(task.task()))
        .forEach(this::perplexities);
    page.close();
    Sections.twin(
        page,
        "As a table",
        () -> Sections.table(page, ComparisonRows.VARIANTS, ComparisonRows.variants(comparison)));
    page.closeLine();
  }

  private void retained(String label, ToDoubleFunction<Reduction> share) {
    double baseline = comparison.overall().getFirst().mean().orElse(1);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < comparison.variants().size(); i++) {
      ScoredVariant variant = comparison.variants().get(i);
      Overall overall = comparison.overall().get(i);
      double half = TaskBars.HALF_INTERVAL * overall.standardError().orElse(0) / baseline;
      overall
          .retained()
          .ifPresent(value ->
              points.add(
                  new Point(
                      variant.name(),
                      share.applyAsDouble(variant.reduction()),
                      value,
                      half,
                      overall.front())));
    }
    new TradeOffChart("retained accuracy", label, points).write(page);
  }

  private void perplexities(TaskResults.OfTask task) {
    List<Metric> metrics =
        task.variants().values().stream()
            .flatMap(v -> v.scores().stream())
            .map(TaskScore::metric)
            .filter(m -> m.id().endsWith("perplexity"))
            .distinct()
            .limit(1)
            .toList();
    for (Metric metric : metrics) {
      perplexity(task, metric, SUBLAYERS, Reduction::sublayers);
      perplexity(task, metric, PARAMETERS, Reduction::parameters);
    }
  }

  private void perplexity(
      TaskResults.OfTask task, Metric metric, String label, ToDoubleFunction<Reduction> share) {
    List<Point> points = new ArrayList<>();
    for (ScoredVariant variant : comparison.variants()) {
      TaskResults.OfVariant found = task.variants().get(variant.name());
      if (found != null) {
        found.scores().stream()
            .filter(s -> s.metric() == metric && Double.isFinite(s.value()))
            .forEach(s ->
                points.add(
                    new Point(
                        variant.name(),
                        share.applyAsDouble(variant.reduction()),
                        s.value(),
                        0,
                        true)));
      }
    }
    if (!points.isEmpty()) {
      new TradeOffChart(task.task() + ", " + metric.id(), label, points).write(page);
    }
  }

  private void tasks() {
    Sections.open(page, "Task by task", "Lines are 95 % intervals, one variant at a time.");
    new TaskBars(comparison).write(page);
    Sections.twin(
        page,
        "As a table",
        () ->
            Sections.table(
                page, ComparisonRows.scoresHead(comparison), ComparisonRows.scores(comparison)));
    page.closeLine();
  }

  private void differences() {
    Sections.open(
        page,
        "Is a difference real?",
        "Pairs on the same items, which is far sharper than two intervals side by side: bootstrap"
            + " interval, items lost and gained, McNemar's exact test, Holm-adjusted over the table.");
    Sections.scroll(
        page,
        "Differences",
        () ->
            Sections.table(
                page, ComparisonRows.DIFFERENCES, ComparisonRows.differences(comparison)));
    if (!comparison.divergences().isEmpty()) {
      page.element("h3", "How far the choices moved (KL from the baseline's, nats an item)");
      Sections.scroll(
          page,
          "Divergences",
          () ->
              Sections.table(
                  page,
                  ComparisonRows.byVariant(comparison),
                  ComparisonRows.divergences(comparison)));
    }
    stabilities();
    page.closeLine();
  }

  private void stabilities() {
    if (comparison.stabilities().isEmpty()) {
      return;
    }
    page.element("h3", "Stability: what is kept of the baseline's right and wrong");
    page.element(
        "p",
        "LLM-Streamline's, 0 to 1. Items are weighed by the softmax of the spread of the baseline's"
            + " perplexities of their options; in brackets, as how many items of equal weight they"
            + " say.",
        "class",
        "explain");
    Sections.scroll(
        page,
        "Stability",
        () ->
            Sections.table(
                page,
                ComparisonRows.byVariant(comparison),
                ComparisonRows.stabilities(comparison)));
  }

  private void landscape() {
    Landscape landscape = comparison.landscape();
    if (landscape.mixtures().isEmpty() && landscape.balls().isEmpty()) {
      return;
    }
    Sections.open(
        page,
        "All variants together",
        "An "
            + MixtureRegret.LABEL
            + ": the loss of a uniform mixture of all variants beside the best one's, nats a token,"
            + " and how many variants are within a divergence of the baseline.");
    if (!landscape.mixtures().isEmpty()) {
      Sections.scroll(
          page,
          "Mixtures",
          () -> Sections.table(page, ComparisonRows.MIXTURES, ComparisonRows.mixtures(comparison)));
    }
    if (!landscape.balls().isEmpty()) {
      Sections.scroll(
          page,
          "Variants within a divergence",
          () -> Sections.table(page, ComparisonRows.BALLS, ComparisonRows.balls(comparison)));
    }
    page.closeLine();
  }

  private void maps() {
    Sections.open(page, "What is cut", "One cell for each sublayer, block 0 on the left.");
    for (ScoredVariant variant : comparison.variants()) {
      page.open("div", "class", "variant-map").element("h3", variant.name());
      page.open("div", "class", "cells", "style", "--blocks:" + variant.blocks());
      for (SublayerKind kind : SublayerKind.values()) {
        page.element("span", kind.id());
        for (int block = 0; block < variant.blocks(); block++) {
          Sublayer sublayer = new Sublayer(block, kind);
          boolean cut = variant.variant().isCut(sublayer);
          int experts = variant.variant().expertsCut(sublayer.index()).size();
          String what = cut ? "cut" : experts > 0 ? experts + " of its experts cut" : "kept";
          String style = cut ? "cut" : experts > 0 ? "part" : "";
          page.element("i", "", "class", style, "title", sublayer + ": " + what);
        }
      }
      page.close().closeLine();
    }
    page.closeLine();
  }

  private void flips() {
    if (comparison.flips().isEmpty()) {
      return;
    }
    Sections.open(
        page,
        "Items that change sides",
        "Right in one variant and not in the other; log-likelihoods in nats, the right choice in bold.");
    for (Flip flip : comparison.flips()) {
      page.open("div", "class", "flip");
      page.element("p", ComparisonRows.verdict(flip), "class", "verdict");
      page.element("p", ComparisonRows.end(flip.requests().getFirst().context()));
      page.open("table");
      for (int i = 0; i < flip.answers().size(); i++) {
        boolean gold = flip.choices().isEmpty() || i == flip.gold();
        page.open("tr", "class", gold ? "gold" : "");
        page.element("th", ComparisonRows.choice(flip, i), "scope", "row");
        page.element("td", Quantities.score(flip.answers().get(i).logLikelihood()));
        page.element("td", Quantities.score(flip.others().get(i).logLikelihood()));
        page.close();
      }
      page.close().closeLine();
    }
    page.closeLine();
  }

  private void facts() {
    Sections.open(page, "Where the numbers come from", "What they depend on.");
    page.open("div", "class", "cards");
    comparison.provenance().forEach((name, facts) -> Sections.card(page, name, facts));
    page.close().closeLine();
  }
}
