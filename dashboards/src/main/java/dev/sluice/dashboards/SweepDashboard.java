package dev.sluice.dashboards;

import static dev.sluice.dashboards.Terms.POINT;
import static dev.sluice.dashboards.Terms.RATE;
import static dev.sluice.dashboards.Terms.ofSweep;
import static dev.sluice.dashboards.Terms.percentile;
import static dev.sluice.dashboards.Terms.series;
import static dev.sluice.dashboards.Terms.stateCode;
import static dev.sluice.dashboards.Terms.states;
import static dev.sluice.dashboards.grafana.Panels.name;
import static dev.sluice.dashboards.promql.Functions.atLeast;
import static dev.sluice.dashboards.promql.Functions.labelled;
import static dev.sluice.dashboards.promql.Functions.log10;
import static dev.sluice.dashboards.promql.Functions.lowest;
import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.sum;
import static dev.sluice.dashboards.promql.Functions.time;
import static dev.sluice.dashboards.promql.Functions.valuesAs;

import dev.sluice.dashboards.grafana.Annotation;
import dev.sluice.dashboards.grafana.Chosen;
import dev.sluice.dashboards.grafana.Colour;
import dev.sluice.dashboards.grafana.Dashboard;
import dev.sluice.dashboards.grafana.Link;
import dev.sluice.dashboards.grafana.PanelBuilder;
import dev.sluice.dashboards.grafana.Panels;
import dev.sluice.dashboards.grafana.Section;
import dev.sluice.dashboards.grafana.Unit;
import dev.sluice.dashboards.grafana.Variable;
import dev.sluice.dashboards.promql.Expr;
import dev.sluice.dashboards.promql.Match;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Source;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.Meter;
import dev.sluice.harness.telemetry.SweepMeter;
import java.util.List;

/** One sweep: what is being cut, what each cut costs, and how the search goes on. */
final class SweepDashboard {
  private static final String IN_UNIT = " In the chosen measure's unit.";

  private SweepDashboard() {}

  static Dashboard dashboard() {
    return Dashboard.of(
        new Dashboard.Heading(
            Frames.SWEEP,
            "Sluice / Sweep",
            "One sweep: what is being cut, what each cut costs, and how the search goes on.",
            "now-6h"),
        new Dashboard.Frame(
            Frames.variables(
                Variable.of(
                    Chosen.SWEEP,
                    "Sweeps that ran in the time shown.",
                    series(SweepMeter.SWEEP_INFO),
                    Label.SWEEP),
                Variable.of(
                    Chosen.MEASURE,
                    "Measures of divergence that the sweep takes.",
                    ofSweep(SweepMeter.SUBLAYER_DIVERGENCE),
                    Label.MEASURE)),
            List.of(commits(ofSweep(SweepMeter.SWEEP_STEPS_COMMITTED))),
            Frames.links(
                Frames.SWEEP,
                Link.page(
                    "/sweeps/" + Frames.inPath(Chosen.SWEEP),
                    "Live page",
                    "This sweep on Sluice's own page"))),
        List.of(stand(), sublayers(), price(), SearchSection.section(), prompts(), about()));
  }

  /** A mark wherever a step became durable since the point before. */
  static Annotation commits(Selector committed) {
    return Annotation.where(
        valuesAs(Tag.STEP, committed.above(committed.before(POINT)), Label.SWEEP),
        "Committed steps",
        name(Label.SWEEP) + ": step " + Tag.STEP.shown() + " is committed",
        Colour.GREEN);
  }

  /** Of the measure that is chosen. */
  private static Selector measured(Meter meter) {
    return Chosen.MEASURE.of(ofSweep(meter), Label.MEASURE);
  }

  private static Expr only(Meter meter) {
    return max(ofSweep(meter));
  }

  private static Section stand() {
    return Section.open(
        "Where it stands",
        Panels.stat("State", "Does it run?")
            .query(stateCode(ofSweep(SweepMeter.SWEEP_STATE), Label.SWEEP), name(Label.SWEEP))
            .codes(states())
            .unit(Unit.TEXT)
            .size(3, 4),
        Panels.stats("Step", "Which step runs, and how many are planned?")
            .query(only(SweepMeter.SWEEP_STEP), "running", Colour.BLUE)
            .query(only(SweepMeter.SWEEP_STEPS_PLANNED), "planned", Colour.GREY)
            .unit(Unit.NUMBER)
            .size(4, 4),
        Panels.stats("Candidates of the step", "How far is the running step?")
            .query(only(SweepMeter.SWEEP_STEP_CANDIDATES_SCORED), "scored", Colour.BLUE)
            .query(only(SweepMeter.SWEEP_STEP_CANDIDATES), "to score", Colour.GREY)
            .unit(Unit.NUMBER)
            .size(4, 4),
        Panels.stat("Progress", "How much of the planned steps is done?")
            .query(only(SweepMeter.SWEEP_PROGRESS_RATIO), "done")
            .unit(Unit.SHARE)
            .decimals(1)
            .size(3, 4),
        Panels.stat("Time left", "When is it done, at most?")
            .query(only(SweepMeter.SWEEP_REMAINING_SECONDS), "time left")
            .unit(Unit.SPAN)
            .otherwise("not known yet")
            .size(4, 4),
        Panels.stat(
                "Silence", "How long ago did anything move? A long silence while it runs is bad.")
            .query(
                max(time().minus(ofSweep(SweepMeter.SWEEP_LAST_PROGRESS_TIME_SECONDS))),
                "without progress")
            .unit(Unit.SPAN)
            .size(3, 4),
        parametersCut());
  }

  private static PanelBuilder parametersCut() {
    return Panels.stat("Parameters cut", "How much smaller is the model by now?")
        .query(
            max(ofSweep(SweepMeter.SWEEP_REDUCTION_RATIO).is(Label.ASPECT, "parameters")),
            "of the parameters")
        .unit(Unit.SHARE)
        .decimals(1)
        .otherwise("nothing yet")
        .size(3, 4);
  }

  private static Section sublayers() {
    return Section.open(
        "Which sublayers matter", heatmap(), ranking(), cuts(), history(), influence());
  }

  private static PanelBuilder heatmap() {
    Expr divergence = max(measured(SweepMeter.SUBLAYER_DIVERGENCE)).by(Label.SUBLAYER);
    return Panels.heatmap(
            "Divergence if a sublayer were cut too",
            "Which sublayers can be spared, and does that change while others go? Rows are"
                + " sublayers from the input (top) to the output, attention and FFN in turn."
                + " The colour is the logarithm to the base 10 of the divergence: -3 is 0.001. A"
                + " row ends where its sublayer is cut.",
            "log10 of divergence")
        .query(log10(atLeast(1e-9, divergence)), name(Label.SUBLAYER))
        .unit(Unit.NUMBER)
        .size(24, 12);
  }

  private static PanelBuilder ranking() {
    Expr current =
        measured(SweepMeter.SUBLAYER_DIVERGENCE)
            .and(
                Match.on(Label.SWEEP, Label.SUBLAYER),
                ofSweep(SweepMeter.SUBLAYER_DIVERGENCE_STEP)
                    .equalTo(Match.on(Label.SWEEP).many(), ofSweep(SweepMeter.SWEEP_STEP)));
    return Panels.ranking(
            "Running step: the twenty least missed",
            "Which candidate will be cut next? Divergence so far of this step's candidates, the"
                + " least first; empty until the step's first prompts are seen."
                + IN_UNIT,
            Label.NAME)
        .query(lowest(20, max(withName(current)).by(Label.NAME)), name(Label.NAME))
        .unit(Unit.NUMBER)
        .fromZero()
        .size(8, 14);
  }

  private static Expr withName(Expr ofSublayers) {
    return ofSublayers.times(
        Match.on(Label.SWEEP, Label.SUBLAYER).many(Label.NAME), ofSweep(SweepMeter.SUBLAYER_INFO));
  }

  private static PanelBuilder history() {
    Expr cut =
        ofSweep(SweepMeter.SUBLAYER_CUT)
            .times(
                Match.on(Label.SWEEP, Label.SUBLAYER).many(Label.NAME),
                ofSweep(SweepMeter.SUBLAYER_INFO));
    return Panels.statusHistory(
            "What is cut",
            "When was each sublayer cut for good? Rows from the input to the output, forty on a"
                + " page.")
        .codes(Panels.codes(List.of("kept", "cut"), List.of(Colour.GREY, Colour.VERMILION)))
        .query(max(labelled(Tag.ROW, cut, Label.SUBLAYER, Label.NAME)).by(Tag.ROW), Tag.ROW.shown())
        .size(12, 14);
  }

  private static PanelBuilder influence() {
    return Panels.ranking(
            "Influence in the intact model: the twenty least",
            "Which sublayers hardly turn the stream? 1 - cosine of the states before and behind,"
                + " the least first; empty unless the strategy takes a profile before it cuts.",
            Label.NAME)
        .query(
            lowest(20, max(withName(ofSweep(SweepMeter.SUBLAYER_INFLUENCE))).by(Label.NAME)),
            name(Label.NAME))
        .unit(Unit.NUMBER)
        .fromZero()
        .size(24, 10);
  }

  private static PanelBuilder cuts() {
    return Panels.list(
            "Order of cuts", "In which order were sublayers cut? 1 was missed least.", "step")
        .query(max(withName(ofSweep(SweepMeter.SUBLAYER_RANK))).by(Label.NAME), "step that cut it")
        .unit(Unit.NUMBER)
        .otherwise("nothing is cut yet")
        .size(4, 14);
  }

  private static Section price() {
    return Section.open(
        "What cutting costs",
        Panels.timeSeries(
                "Divergence of all that is cut",
                "How far is the cut model from the intact one after each step? Watch for the"
                    + " knee."
                    + IN_UNIT)
            .query(
                max(measured(SweepMeter.SWEEP_DIVERGENCE)).by(Label.MEASURE), "mean", Colour.BLUE)
            .query(percentileOfPrefix("p50"), "median", Colour.SKY)
            .query(percentileOfPrefix("p90"), "p90", Colour.ORANGE)
            .query(percentileOfPrefix("p99"), "p99", Colour.VERMILION)
            .unit(Unit.NUMBER)
            .logarithmic(),
        Panels.timeSeries(
                "All measures", "Do the measures agree about what the cuts cost? Each in its unit.")
            .query(max(ofSweep(SweepMeter.SWEEP_DIVERGENCE)).by(Label.MEASURE), name(Label.MEASURE))
            .unit(Unit.NUMBER)
            .logarithmic()
            .manySeries(),
        Panels.timeSeries(
                "What is saved",
                "How much of the intact model is gone, by aspect of size? Sublayers are not equal:"
                    + " the share of parameters may be far from that of sublayers.")
            .query(
                max(ofSweep(SweepMeter.SWEEP_REDUCTION_RATIO)).by(Label.ASPECT), name(Label.ASPECT))
            .unit(Unit.SHARE)
            .between(0, 1)
            .manySeries()
            .size(24, 7));
  }

  private static Expr percentileOfPrefix(String percentile) {
    return max(measured(SweepMeter.SWEEP_DIVERGENCE_PERCENTILE).is(Label.PERCENTILE, percentile));
  }

  private static Section prompts() {
    Selector divergence =
        Chosen.MEASURE.of(ofSweep(Source.buckets(SweepMeter.PROMPT_DIVERGENCE)), Label.MEASURE);
    Selector nll = ofSweep(Source.buckets(SweepMeter.PROMPT_NLL_NATS));
    return Section.closed(
        "Single prompts",
        Panels.timeSeries(
                "Divergence of single prompts",
                "How far do prompts and candidates spread? A dot is one prompt of one candidate;"
                    + " its number leads to the prompt."
                    + IN_UNIT)
            .query(percentile(0.5, divergence), "median", Colour.SKY)
            .query(percentile(0.9, divergence), "p90", Colour.ORANGE)
            .query(percentile(0.99, divergence), "p99", Colour.VERMILION)
            .withExemplars()
            .query(mean(SweepMeter.PROMPT_DIVERGENCE), "mean", Colour.BLUE)
            .unit(Unit.NUMBER)
            .logarithmic()
            .size(12, 9),
        Panels.timeSeries(
                "Negative log-likelihood of single prompts",
                "How likely does a cut model find the text, per token? Only of sweeps that measure"
                    + " nll. A dot is one prompt of one candidate.")
            .query(percentile(0.5, nll), "median", Colour.SKY)
            .query(percentile(0.9, nll), "p90", Colour.ORANGE)
            .query(percentile(0.99, nll), "p99", Colour.VERMILION)
            .withExemplars()
            .unit(Unit.NATS)
            .otherwise("the sweep does not measure nll")
            .size(12, 9));
  }

  private static Expr mean(Meter histogram) {
    return sum(ofMeasure(Source.sum(histogram)).in(RATE).rate())
        .over(sum(ofMeasure(Source.count(histogram)).in(RATE).rate()));
  }

  private static Selector ofMeasure(Source source) {
    return Chosen.MEASURE.of(ofSweep(source), Label.MEASURE);
  }

  private static Section about() {
    return Section.closed(
        "About this sweep",
        Panels.facts(
                "What it is made from", "Which model, measure, strategy, type, text and release?")
            .query(
                max(ofSweep(SweepMeter.SWEEP_INFO))
                    .by(
                        Label.SWEEP,
                        Label.MODEL,
                        Label.MEASURE,
                        Label.STRATEGY,
                        Label.DTYPE,
                        Label.CORPUS,
                        Label.VERSION),
                "always 1")
            .size(24, 4),
        Panels.facts("Sublayers", "Which number is which sublayer, of which kind and block?")
            .query(
                max(ofSweep(SweepMeter.SUBLAYER_INFO))
                    .by(Label.SUBLAYER, Label.NAME, Label.KIND, Label.BLOCK),
                "always 1")
            .size(24, 8));
  }
}
