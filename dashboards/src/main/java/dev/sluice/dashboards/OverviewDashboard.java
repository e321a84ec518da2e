package dev.sluice.dashboards;

import static dev.sluice.dashboards.Terms.RANGE;
import static dev.sluice.dashboards.Terms.RATE;
import static dev.sluice.dashboards.Terms.ofEvaluations;
import static dev.sluice.dashboards.Terms.ofSweeps;
import static dev.sluice.dashboards.Terms.series;
import static dev.sluice.dashboards.Terms.stateCode;
import static dev.sluice.dashboards.Terms.states;
import static dev.sluice.dashboards.grafana.Panels.name;
import static dev.sluice.dashboards.promql.Functions.count;
import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.min;
import static dev.sluice.dashboards.promql.Functions.orElse;
import static dev.sluice.dashboards.promql.Functions.sum;
import static dev.sluice.dashboards.promql.Functions.time;

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
import dev.sluice.dashboards.promql.ForeignMeter;
import dev.sluice.dashboards.promql.Match;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.EvaluationMeter;
import dev.sluice.harness.telemetry.JobState;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.Meter;
import dev.sluice.harness.telemetry.ServiceMeter;
import dev.sluice.harness.telemetry.SweepMeter;
import java.util.List;

/** All sweeps and evaluations: are they well, how far are they, when are they done? */
final class OverviewDashboard {
  private OverviewDashboard() {}

  static Dashboard dashboard() {
    return Dashboard.of(
        new Dashboard.Heading(
            Frames.OVERVIEW,
            "Sluice / Overview",
            "All sweeps and evaluations: are they well, how far are they, when are they done?",
            "now-6h"),
        new Dashboard.Frame(
            Frames.variables(
                Variable.of(
                    Chosen.SWEEPS,
                    "Sweeps that ran in the time shown.",
                    series(SweepMeter.SWEEP_INFO),
                    Label.SWEEP),
                Variable.of(
                    Chosen.EVALUATIONS,
                    "Evaluations that ran in the time shown.",
                    series(EvaluationMeter.EVALUATION_INFO),
                    Label.EVALUATION)),
            List.of(SweepDashboard.commits(ofSweeps(SweepMeter.SWEEP_STEPS_COMMITTED))),
            Frames.links(Frames.OVERVIEW, Link.page("/", "Live page", "Sluice's own page"))),
        List.of(now(), jobs(), progress(), throughput(), failures()));
  }

  private static Section now() {
    return Section.open(
        "Now",
        Panels.stats("Running", "How many sweeps and evaluations run at this moment?")
            .query(running(SweepMeter.SWEEP_STATE), "sweeps", Colour.BLUE)
            .query(running(EvaluationMeter.EVALUATION_STATE), "evaluations", Colour.SKY)
            .size(6, 4),
        Panels.stat("Waiting", "How many jobs wait for the device?")
            .query(sum(series(ServiceMeter.JOB_QUEUE_DEPTH)), "jobs"),
        Panels.stat("Longest to go", "When is the last of the running sweeps done, at most?")
            .query(max(ofSweeps(SweepMeter.SWEEP_REMAINING_SECONDS)), "time left")
            .unit(Unit.SPAN)
            .otherwise("not known yet"),
        Panels.stat(
                "Longest silence",
                "How long has the quietest of the running sweeps shown no progress? Minutes are"
                    + " normal only where one batch takes minutes.")
            .query(max(silence()), "without progress")
            .unit(Unit.SPAN)
            .otherwise("nothing runs")
            .alarm(600, Colour.GREEN, Colour.VERMILION),
        Panels.stat("Failed jobs", "How many jobs failed in the time shown?")
            .query(orElse(0, sum(series(ServiceMeter.JOB_FAILURES).in(RANGE).increase())), "failed")
            .decimals(0)
            .alarm(1, Colour.GREEN, Colour.VERMILION)
            .size(3, 4),
        Panels.stat(
                "Firing alerts", "How many alerts of Sluice's rules fire? 0 also without rules.")
            .query(
                orElse(
                    0,
                    count(
                        Selector.of(ForeignMeter.ALERTS)
                            .matches(Tag.ALERT_NAME, "Sluice.+")
                            .is(Tag.ALERT_STATE, "firing"))),
                "alerts")
            .alarm(1, Colour.GREEN, Colour.VERMILION)
            .size(3, 4));
  }

  private static Expr running(Meter states) {
    return orElse(0, sum(series(states).is(Label.STATE, JobState.RUNNING.id())));
  }

  private static Expr silence() {
    return max(time().minus(ofSweeps(SweepMeter.SWEEP_LAST_PROGRESS_TIME_SECONDS)))
        .by(Label.SWEEP)
        .and(
            Match.on(Label.SWEEP),
            ofSweeps(SweepMeter.SWEEP_STATE).is(Label.STATE, JobState.RUNNING.id()).equalTo(1));
  }

  private static Section jobs() {
    return Section.open("Sweeps and evaluations", sweeps(), evaluations(), timeline());
  }

  private static PanelBuilder sweeps() {
    return Panels.table(
            "Sweeps",
            "How does each sweep stand? Its name leads to its dashboard and to its live page. "
                + "Divergence is the objective's, of all that is cut.",
            Label.SWEEP)
        .links(
            Link.OfValue.dashboard(
                "Dashboard of the sweep", Frames.SWEEP, Chosen.SWEEP, Frames.cell(Label.SWEEP)),
            Link.OfValue.page("Live page of the sweep", "/sweeps/" + Frames.cell(Label.SWEEP)))
        .code("State", stateCode(ofSweeps(SweepMeter.SWEEP_STATE), Label.SWEEP), states())
        .bar("Progress", each(SweepMeter.SWEEP_PROGRESS_RATIO))
        .column("Time left", each(SweepMeter.SWEEP_REMAINING_SECONDS), Unit.SPAN)
        .column("Step", each(SweepMeter.SWEEP_STEP), Unit.NUMBER)
        .column("of", each(SweepMeter.SWEEP_STEPS_PLANNED), Unit.NUMBER)
        .column(
            "Running for",
            max(time().minus(ofSweeps(SweepMeter.SWEEP_START_TIME_SECONDS))).by(Label.SWEEP),
            Unit.SPAN)
        .column("Divergence", objective(), Unit.NUMBER)
        .column(
            "Parameters cut",
            max(ofSweeps(SweepMeter.SWEEP_REDUCTION_RATIO).is(Label.ASPECT, "parameters"))
                .by(Label.SWEEP),
            Unit.SHARE)
        .alarm(
            "Candidates failed",
            sum(ofSweeps(SweepMeter.SWEEP_CANDIDATES).is(Label.OUTCOME, "failed")).by(Label.SWEEP),
            Unit.NUMBER,
            1)
        .panel()
        .size(24, 7);
  }

  private static Expr each(SweepMeter meter) {
    return max(ofSweeps(meter)).by(Label.SWEEP);
  }

  /** Of the measure that the sweep's info names. */
  private static Expr objective() {
    return max(ofSweeps(SweepMeter.SWEEP_DIVERGENCE)
            .and(Match.on(Label.SWEEP, Label.MEASURE), ofSweeps(SweepMeter.SWEEP_INFO)))
        .by(Label.SWEEP);
  }

  private static PanelBuilder evaluations() {
    return Panels.table(
            "Evaluations",
            "How does each evaluation stand? Its name leads to the comparison of its variants.",
            Label.EVALUATION)
        .links(
            Link.OfValue.dashboard(
                "Compare its variants",
                Frames.COMPARE,
                Chosen.EVALUATION,
                Frames.cell(Label.EVALUATION)))
        .code(
            "State",
            stateCode(ofEvaluations(EvaluationMeter.EVALUATION_STATE), Label.EVALUATION),
            states())
        .column(
            "Items answered",
            sum(ofEvaluations(EvaluationMeter.EVALUATION_ITEMS)).by(Label.EVALUATION),
            Unit.COUNT)
        .column(
            "Variants",
            count(ofEvaluations(EvaluationMeter.VARIANT_INFO)).by(Label.EVALUATION),
            Unit.NUMBER)
        .column(
            "Tokens",
            sum(ofEvaluations(EvaluationMeter.EVALUATION_TOKENS)).by(Label.EVALUATION),
            Unit.COUNT)
        .column(
            "Running for",
            max(time().minus(ofEvaluations(EvaluationMeter.EVALUATION_START_TIME_SECONDS)))
                .by(Label.EVALUATION),
            Unit.SPAN)
        .column(
            "Last progress",
            min(time().minus(ofEvaluations(EvaluationMeter.EVALUATION_LAST_PROGRESS_TIME_SECONDS)))
                .by(Label.EVALUATION),
            Unit.SPAN)
        .panel()
        .size(24, 6);
  }

  private static PanelBuilder timeline() {
    return Panels.stateTimeline(
            "States", "When did each sweep and evaluation wait, run, stand still or end?")
        .codes(states())
        .query(
            stateCode(ofSweeps(SweepMeter.SWEEP_STATE), Label.SWEEP), "sweep " + name(Label.SWEEP))
        .query(
            stateCode(ofEvaluations(EvaluationMeter.EVALUATION_STATE), Label.EVALUATION),
            "evaluation " + name(Label.EVALUATION))
        .size(24, 6);
  }

  private static Section progress() {
    return Section.open(
        "Progress",
        Panels.timeSeries("Progress of sweeps", "How far is each sweep, and does it move steadily?")
            .query(each(SweepMeter.SWEEP_PROGRESS_RATIO), name(Label.SWEEP))
            .unit(Unit.SHARE)
            .between(0, 1)
            .manySeries(),
        Panels.timeSeries(
                "Time left",
                "When will each sweep be done? A line that falls as fast as the clock is right;"
                    + " one that rises says that candidates have become slower.")
            .query(each(SweepMeter.SWEEP_REMAINING_SECONDS), name(Label.SWEEP))
            .unit(Unit.SECONDS)
            .fromZero()
            .manySeries(),
        Panels.timeSeries(
                "Candidates by what became of them",
                "How many candidates are scored each minute, dropped by racing, replayed, failed?")
            .query(
                sum(ofSweeps(SweepMeter.SWEEP_CANDIDATES).in(RATE).rate())
                    .by(Label.SWEEP, Label.OUTCOME)
                    .times(60),
                name(Label.SWEEP) + " " + name(Label.OUTCOME))
            .unit(Unit.PER_MINUTE)
            .fromZero()
            .manySeries(),
        Panels.timeSeries(
                "Items of evaluations", "How many items do all variants answer each minute?")
            .query(
                sum(ofEvaluations(EvaluationMeter.EVALUATION_ITEMS).in(RATE).rate())
                    .by(Label.EVALUATION, Label.TASK)
                    .times(60),
                name(Label.EVALUATION) + " " + name(Label.TASK))
            .unit(Unit.PER_MINUTE)
            .fromZero()
            .manySeries());
  }

  private static Section throughput() {
    return Section.open(
        "Throughput",
        Panels.timeSeries(
                "Tokens",
                "How fast is the work? Positions each second, once for each variant, padding left"
                    + " out.")
            .query(
                sum(ofSweeps(SweepMeter.SWEEP_TOKENS).in(RATE).rate()).by(Label.SWEEP),
                "sweep " + name(Label.SWEEP))
            .query(
                sum(ofEvaluations(EvaluationMeter.EVALUATION_TOKENS).in(RATE).rate())
                    .by(Label.EVALUATION),
                "evaluation " + name(Label.EVALUATION))
            .unit(Unit.TOKENS_PER_SECOND)
            .fromZero()
            .manySeries(),
        Panels.timeSeries(
                "Work saved by sharing prefixes",
                "How many times fewer sublayers were run than one forward pass for each variant"
                    + " would have run? Higher is better; it falls as cuts move towards the"
                    + " input.")
            .query(
                sum(ofSweeps(SweepMeter.SWEEP_NAIVE_SUBLAYER_PASSES))
                    .by(Label.SWEEP)
                    .over(sum(ofSweeps(SweepMeter.SWEEP_SUBLAYER_PASSES)).by(Label.SWEEP)),
                name(Label.SWEEP))
            .unit(Unit.NUMBER)
            .decimals(1)
            .fromZero()
            .manySeries());
  }

  private static Section failures() {
    return Section.closed(
        "Jobs, queue and failures",
        Panels.timeSeries("Queue", "Do jobs pile up before the device?")
            .query(sum(series(ServiceMeter.JOB_QUEUE_DEPTH)), "waiting", Colour.ORANGE)
            .fromZero()
            .size(8, 8),
        Panels.timeSeries(
                "Jobs by state", "How many jobs does the store know, and how do they stand?")
            .query(
                sum(series(ServiceMeter.JOBS)).by(Label.KIND, Label.STATE),
                name(Label.KIND) + " " + name(Label.STATE))
            .fromZero()
            .manySeries()
            .size(8, 8),
        Panels.timeSeries("Failures by reason", "Why did jobs fail, and when?")
            .query(
                sum(series(ServiceMeter.JOB_FAILURES).in(RATE).increase())
                    .by(Label.KIND, Label.REASON),
                name(Label.KIND) + ": " + name(Label.REASON))
            .fromZero()
            .otherwise("none has failed")
            .size(8, 8));
  }
}
