package dev.sluice.dashboards;

import static dev.sluice.dashboards.Terms.RATE;
import static dev.sluice.dashboards.Terms.ofSweep;
import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.sum;

import dev.sluice.dashboards.grafana.Colour;
import dev.sluice.dashboards.grafana.PanelBuilder;
import dev.sluice.dashboards.grafana.Panels;
import dev.sluice.dashboards.grafana.Section;
import dev.sluice.dashboards.grafana.Unit;
import dev.sluice.dashboards.promql.Expr;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.SweepMeter;

/** How the search of one sweep goes: its candidates, its speed and what it saves. */
final class SearchSection {
  private SearchSection() {}

  static Section section() {
    return Section.open(
        "How the search goes",
        candidates(),
        runningStep(),
        Panels.timeSeries("Speed", "How many tokens does each second bring, once for each variant?")
            .query(rate(SweepMeter.SWEEP_TOKENS), "tokens", Colour.BLUE)
            .unit(Unit.TOKENS_PER_SECOND)
            .fromZero()
            .size(8, 7),
        Panels.timeSeries(
                "Prompts", "How many prompts does each second bring, once for each variant?")
            .query(rate(SweepMeter.SWEEP_PROMPTS), "prompts", Colour.BLUE)
            .unit(Unit.PROMPTS_PER_SECOND)
            .fromZero()
            .size(8, 7),
        savedWork(),
        Panels.timeSeries(
                "Time of a candidate",
                "How long does one candidate take on average since this process began? What a"
                    + " stalled sweep is measured against.")
            .query(candidateSeconds(), "seconds of scoring for each candidate", Colour.ORANGE)
            .unit(Unit.SECONDS)
            .fromZero()
            .size(24, 6));
  }

  private static PanelBuilder candidates() {
    return Panels.timeSeries(
            "Candidates by what became of them",
            "How many candidates are scored each minute, dropped early by racing, taken from"
                + " the journal, or failed?")
        .query(outcome("scored"), "scored", Colour.BLUE)
        .query(outcome("dropped"), "dropped by racing", Colour.GREEN)
        .query(outcome("replayed"), "from the journal", Colour.GREY)
        .query(outcome("failed"), "failed", Colour.VERMILION)
        .unit(Unit.PER_MINUTE)
        .stacked()
        .fromZero();
  }

  private static PanelBuilder runningStep() {
    return Panels.timeSeries(
            "The running step",
            "How far is the step, and how far is the slice of candidates in flight?")
        .query(
            max(ofSweep(SweepMeter.SWEEP_STEP_CANDIDATES_SCORED)
                    .over(ofSweep(SweepMeter.SWEEP_STEP_CANDIDATES)))
                .by(Label.SWEEP),
            "candidates scored",
            Colour.BLUE)
        .query(
            max(ofSweep(SweepMeter.SWEEP_SLICE_PROGRESS_RATIO)), "prompts of the slice", Colour.SKY)
        .unit(Unit.SHARE)
        .between(0, 1);
  }

  private static PanelBuilder savedWork() {
    return Panels.timeSeries(
            "Work saved by sharing prefixes",
            "How many times fewer sublayers were run than one pass for each variant needs?")
        .query(
            sum(ofSweep(SweepMeter.SWEEP_NAIVE_SUBLAYER_PASSES))
                .over(sum(ofSweep(SweepMeter.SWEEP_SUBLAYER_PASSES))),
            "times fewer",
            Colour.GREEN)
        .unit(Unit.NUMBER)
        .decimals(1)
        .fromZero()
        .size(8, 7);
  }

  private static Expr candidateSeconds() {
    return sum(ofSweep(SweepMeter.SWEEP_SCORING_SECONDS))
        .over(
            sum(ofSweep(SweepMeter.SWEEP_CANDIDATES)
                    .matches(Tag.of(Label.OUTCOME), "scored|dropped"))
                .above(0));
  }

  private static Expr outcome(String outcome) {
    return sum(ofSweep(SweepMeter.SWEEP_CANDIDATES).is(Label.OUTCOME, outcome).in(RATE).rate())
        .times(60);
  }

  private static Expr rate(SweepMeter counter) {
    return sum(ofSweep(counter).in(RATE).rate());
  }
}
