package dev.sluice.dashboards;

import static dev.sluice.dashboards.Terms.RATE;
import static dev.sluice.dashboards.Terms.ofEvaluation;
import static dev.sluice.dashboards.Terms.percentile;
import static dev.sluice.dashboards.Terms.series;
import static dev.sluice.dashboards.VariantTerms.accuracy;
import static dev.sluice.dashboards.VariantTerms.baseline;
import static dev.sluice.dashboards.VariantTerms.chosen;
import static dev.sluice.dashboards.VariantTerms.differences;
import static dev.sluice.dashboards.VariantTerms.meanAccuracy;
import static dev.sluice.dashboards.VariantTerms.meanPerplexity;
import static dev.sluice.dashboards.VariantTerms.meanStability;
import static dev.sluice.dashboards.VariantTerms.perplexity;
import static dev.sluice.dashboards.grafana.Panels.name;
import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.mean;
import static dev.sluice.dashboards.promql.Functions.min;
import static dev.sluice.dashboards.promql.Functions.root;
import static dev.sluice.dashboards.promql.Functions.sum;

import dev.sluice.dashboards.grafana.Chosen;
import dev.sluice.dashboards.grafana.Dashboard;
import dev.sluice.dashboards.grafana.Link;
import dev.sluice.dashboards.grafana.PanelBuilder;
import dev.sluice.dashboards.grafana.Panels;
import dev.sluice.dashboards.grafana.Section;
import dev.sluice.dashboards.grafana.Unit;
import dev.sluice.dashboards.grafana.Variable;
import dev.sluice.dashboards.promql.Aggregation;
import dev.sluice.dashboards.promql.Expr;
import dev.sluice.dashboards.promql.Match;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Source;
import dev.sluice.harness.telemetry.EvaluationMeter;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.SweepMeter;
import java.util.List;

/** The variants of one evaluation, side by side and against a baseline. */
final class CompareDashboard {
  private CompareDashboard() {}

  static Dashboard dashboard() {
    return Dashboard.of(
        new Dashboard.Heading(
            Frames.COMPARE,
            "Sluice / Compare variants",
            "The variants of one evaluation, side by side and against a baseline: what is lost on"
                + " tasks and texts for what is saved.",
            "now-3h"),
        new Dashboard.Frame(
            variables(),
            List.of(SweepDashboard.commits(Terms.ofSweeps(SweepMeter.SWEEP_STEPS_COMMITTED))),
            Frames.links(
                Frames.COMPARE, Link.page("/compare", "Live page", "Sluice's own comparison"))),
        List.of(summary(), tasks(), texts(), sizes(), divergences(), flow()));
  }

  private static List<Variable> variables() {
    Selector variants = ofEvaluation(EvaluationMeter.VARIANT_INFO);
    Selector accuracies = ofEvaluation(EvaluationMeter.VARIANT_ACCURACY_RATIO);
    Selector perplexities = ofEvaluation(EvaluationMeter.VARIANT_PERPLEXITY);
    return Frames.variables(
        Variable.of(
            Chosen.EVALUATION,
            "Evaluations that ran in the time shown.",
            series(EvaluationMeter.EVALUATION_INFO),
            Label.EVALUATION),
        Variable.of(Chosen.BASELINE, "What the others are compared with.", variants, Label.VARIANT),
        Variable.of(Chosen.VARIANT, "Variants to compare.", variants, Label.VARIANT),
        Variable.of(
            Chosen.TASK,
            "Tasks and texts of the evaluation.",
            ofEvaluation(EvaluationMeter.EVALUATION_ITEMS),
            Label.TASK),
        Variable.of(
            Chosen.METRIC,
            "What makes an answer right: acc or acc_norm.",
            accuracies,
            Label.METRIC),
        Variable.of(
            Chosen.PERPLEXITY, "What perplexity is taken over.", perplexities, Label.METRIC),
        Variable.of(
            Chosen.ASPECT,
            "By which aspect of size plots show what is cut.",
            ofEvaluation(EvaluationMeter.VARIANT_REDUCTION_RATIO),
            Label.ASPECT),
        Variable.of(
            Chosen.SWEEPS,
            "Sweeps whose divergence percentiles are shown and whose steps are marked.",
            series(SweepMeter.SWEEP_INFO),
            Label.SWEEP));
  }

  private static Expr reduction(String aspect) {
    return max(chosen(EvaluationMeter.VARIANT_REDUCTION_RATIO).is(Label.ASPECT, aspect))
        .by(Label.VARIANT);
  }

  private static Expr kept() {
    return Expr.of(1)
        .minus(
            max(Chosen.ASPECT.of(chosen(EvaluationMeter.VARIANT_REDUCTION_RATIO), Label.ASPECT))
                .by(Label.VARIANT));
  }

  private static Section summary() {
    return Section.open(
        "Side by side",
        Panels.table(
                "Variants",
                "What does each variant lose, and what does it save? Accuracy and perplexity are"
                    + " means over the chosen tasks so far; a difference is the variant less the"
                    + " baseline; stability is what is kept of the first one's right and wrong.",
                Label.VARIANT)
            .links(Link.OfValue.page("Sluice's own comparison", "/compare"))
            .column("Accuracy", meanAccuracy(), Unit.SHARE)
            .column("Difference", mean(differences()).by(Label.VARIANT), Unit.SHARE)
            .column("Stability", meanStability(), Unit.SHARE)
            .column("Perplexity", meanPerplexity(), Unit.NUMBER)
            .bar("Sublayers cut", reduction("sublayers"))
            .bar("Parameters cut", reduction("parameters"))
            .bar("Multiply-adds cut", reduction("flops"))
            .bar("Keys and values cut", reduction("kv_cache"))
            .column(
                "Fewest items",
                min(Chosen.TASK.of(chosen(EvaluationMeter.VARIANT_ACCURACY_SAMPLES), Label.TASK))
                    .by(Label.VARIANT),
                Unit.COUNT)
            .panel()
            .size(24, 8),
        plane(
                "Accuracy against size",
                "Which variants keep accuracy for their size? Right is"
                    + " larger, up is better; what lies left and above another is better than it.")
            .query(kept(), "kept share of the intact model")
            .query(meanAccuracy(), "accuracy")
            .unit(Unit.SHARE),
        plane(
                "Perplexity against size",
                "Which variants keep perplexity for their size? Right is"
                    + " larger, down is better.")
            .query(kept(), "kept share of the intact model")
            .query(meanPerplexity(), "perplexity")
            .unit(Unit.NUMBER));
  }

  private static PanelBuilder plane(String title, String question) {
    return Panels.plane(
            title,
            question + " Size is the chosen aspect. Needs Grafana 11.1 or later.",
            Label.VARIANT)
        .size(12, 10);
  }

  private static Section tasks() {
    Expr errors =
        root(
            squared(max(accuracy(chosen(EvaluationMeter.VARIANT_ACCURACY_ERROR_RATIO))))
                .plus(Match.on(Label.TASK).many(), squaredBaseline()));
    return Section.open(
        "Tasks",
        accuracies(),
        gains(),
        Panels.matrix(
                "Standard error of these differences",
                "Is a difference more than chance? About two errors are. Taken as if the items"
                    + " were not the same, so too large: `sluice compare` pairs the items and gives"
                    + " intervals.",
                Label.TASK,
                Label.VARIANT)
            .query(errors, name(Label.VARIANT))
            .unit(Unit.SHARE)
            .decimals(1)
            .size(12, 8),
        Panels.timeSeries(
                "Accuracy so far",
                "Has accuracy settled, or would more items still move it? Mean over the chosen"
                    + " tasks.")
            .query(meanAccuracy(), name(Label.VARIANT))
            .unit(Unit.SHARE)
            .manySeries(),
        Panels.timeSeries(
                "Right answers", "Do variants stay apart as items come in? Of all so far.")
            .query(rightAnswers(), name(Label.VARIANT))
            .unit(Unit.SHARE)
            .manySeries());
  }

  private static PanelBuilder accuracies() {
    return Panels.groups(
            "Accuracy by task", "On which tasks do variants differ?", Label.TASK, Label.VARIANT)
        .query(
            max(accuracy(chosen(EvaluationMeter.VARIANT_ACCURACY_RATIO)))
                .by(Label.VARIANT, Label.TASK),
            name(Label.VARIANT))
        .unit(Unit.SHARE)
        .between(0, 1)
        .size(24, 9);
  }

  private static PanelBuilder gains() {
    return Panels.matrix(
            "Accuracy less the baseline's",
            "On which tasks does a variant gain or lose against the baseline?",
            Label.TASK,
            Label.VARIANT)
        .query(differences(), name(Label.VARIANT))
        .unit(Unit.SHARE)
        .decimals(1)
        .size(12, 8);
  }

  private static Expr squared(Aggregation error) {
    Expr each = error.by(Label.VARIANT, Label.TASK);
    return each.times(each);
  }

  private static Expr squaredBaseline() {
    Expr error =
        max(accuracy(baseline(EvaluationMeter.VARIANT_ACCURACY_ERROR_RATIO))).by(Label.TASK);
    return error.times(error);
  }

  private static Expr rightAnswers() {
    Selector answers = Chosen.TASK.of(chosen(EvaluationMeter.EVALUATION_ANSWERS), Label.TASK);
    return sum(answers.is(Label.OUTCOME, "correct"))
        .by(Label.VARIANT)
        .over(sum(answers).by(Label.VARIANT));
  }

  private static Section texts() {
    return Section.open(
        "Texts",
        perplexities(),
        ratios(),
        Panels.timeSeries(
                "Log-likelihood so far",
                "Has the mean settled? Negative log-likelihood per scored token, mean over the"
                    + " chosen tasks.")
            .query(
                mean(Chosen.TASK.of(chosen(EvaluationMeter.VARIANT_NLL_NATS), Label.TASK))
                    .by(Label.VARIANT),
                name(Label.VARIANT))
            .unit(Unit.NATS)
            .manySeries(),
        items());
  }

  private static PanelBuilder perplexities() {
    return Panels.matrix(
            "Perplexity by text",
            "How well does each variant predict each text? Lower is better.",
            Label.TASK,
            Label.VARIANT)
        .query(
            max(perplexity(chosen(EvaluationMeter.VARIANT_PERPLEXITY)))
                .by(Label.VARIANT, Label.TASK),
            name(Label.VARIANT))
        .unit(Unit.NUMBER)
        .decimals(2)
        .size(12, 7);
  }

  private static PanelBuilder ratios() {
    Expr ratio =
        max(perplexity(chosen(EvaluationMeter.VARIANT_PERPLEXITY)))
            .by(Label.VARIANT, Label.TASK)
            .over(
                Match.on(Label.TASK).many(),
                max(perplexity(baseline(EvaluationMeter.VARIANT_PERPLEXITY))).by(Label.TASK));
    return Panels.matrix(
            "Perplexity over the baseline's",
            "How many times worse does each variant predict each text?",
            Label.TASK,
            Label.VARIANT)
        .query(ratio, name(Label.VARIANT))
        .unit(Unit.NUMBER)
        .decimals(3)
        .size(12, 7);
  }

  private static PanelBuilder items() {
    Selector nll =
        Chosen.TASK.of(
            Chosen.VARIANT.of(
                Chosen.EVALUATION.of(
                    series(Source.buckets(EvaluationMeter.ITEM_NLL_NATS)), Label.EVALUATION),
                Label.VARIANT),
            Label.TASK);
    return Panels.timeSeries(
            "Single items",
            "How bad are the worst items of each variant? Negative log-likelihood per token; a"
                + " dot is one item, its number counts within its task.")
        .query(percentile(0.5, nll, Label.VARIANT), name(Label.VARIANT) + " median")
        .query(percentile(0.9, nll, Label.VARIANT), name(Label.VARIANT) + " p90")
        .query(percentile(0.99, nll, Label.VARIANT), name(Label.VARIANT) + " p99")
        .withExemplars()
        .unit(Unit.NATS)
        .manySeries();
  }

  private static Section sizes() {
    return Section.open(
        "Sizes",
        Panels.groups(
                "What each variant saves",
                "How much of the intact model does each variant do without, by aspect of size?",
                Label.VARIANT,
                Label.ASPECT)
            .query(
                max(chosen(EvaluationMeter.VARIANT_REDUCTION_RATIO))
                    .by(Label.VARIANT, Label.ASPECT),
                name(Label.ASPECT))
            .unit(Unit.SHARE)
            .between(0, 1)
            .size(16, 9),
        Panels.facts(
                "Cuts",
                "Are two variants the same? Equal digests are equal cuts, whatever the name.")
            .query(
                max(chosen(EvaluationMeter.VARIANT_INFO)).by(Label.VARIANT, Label.DIGEST),
                "always 1")
            .size(8, 9));
  }

  private static Section divergences() {
    return Section.closed(
        "Divergence",
        Panels.matrix(
                "Divergence of each variant",
                "How far is each variant from the intact model, as the sweep that found it"
                    + " measured? Each measure in its unit; none for variants that no sweep found.",
                Label.VARIANT,
                Label.MEASURE)
            .query(
                max(chosen(EvaluationMeter.VARIANT_DIVERGENCE)).by(Label.VARIANT, Label.MEASURE),
                name(Label.MEASURE))
            .unit(Unit.NUMBER)
            .decimals(4)
            .size(12, 8),
        Panels.timeSeries(
                "Percentiles of sweeps",
                "How far are the worst tokens from the intact model in each chosen sweep, of all"
                    + " that it has cut? Each measure in its unit.")
            .query(
                max(Terms.ofSweeps(SweepMeter.SWEEP_DIVERGENCE_PERCENTILE))
                    .by(Label.SWEEP, Label.MEASURE, Label.PERCENTILE),
                name(Label.SWEEP) + " " + name(Label.MEASURE) + " " + name(Label.PERCENTILE))
            .unit(Unit.NUMBER)
            .logarithmic()
            .manySeries()
            .size(12, 8));
  }

  private static Section flow() {
    return Section.closed(
        "How the evaluation goes",
        Panels.timeSeries("Requests", "How many requests does each variant answer each second?")
            .query(
                sum(Chosen.TASK
                        .of(chosen(EvaluationMeter.EVALUATION_PROMPTS), Label.TASK)
                        .in(RATE)
                        .rate())
                    .by(Label.VARIANT, Label.TASK),
                name(Label.VARIANT) + " " + name(Label.TASK))
            .unit(Unit.PROMPTS_PER_SECOND)
            .fromZero()
            .manySeries(),
        Panels.timeSeries("Tokens", "How many tokens are computed each second, for all variants?")
            .query(
                sum(ofEvaluation(EvaluationMeter.EVALUATION_TOKENS).in(RATE).rate())
                    .by(Label.EVALUATION),
                name(Label.EVALUATION))
            .unit(Unit.TOKENS_PER_SECOND)
            .fromZero(),
        Panels.facts("What it is made from", "Which model, type and release?")
            .query(
                max(ofEvaluation(EvaluationMeter.EVALUATION_INFO))
                    .by(Label.EVALUATION, Label.MODEL, Label.DTYPE, Label.VERSION),
                "always 1")
            .size(24, 4));
  }
}
