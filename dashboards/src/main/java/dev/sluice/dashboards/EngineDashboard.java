package dev.sluice.dashboards;

import static dev.sluice.dashboards.Terms.RATE;
import static dev.sluice.dashboards.Terms.ofDevices;
import static dev.sluice.dashboards.Terms.percentile;
import static dev.sluice.dashboards.Terms.series;
import static dev.sluice.dashboards.grafana.Panels.name;
import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.sum;

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
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Source;
import dev.sluice.harness.telemetry.EngineMeter;
import dev.sluice.harness.telemetry.EvaluationMeter;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.ServiceMeter;
import dev.sluice.harness.telemetry.SweepMeter;
import java.util.List;

/** What the machine does: is it busy, does memory suffice, where does time go? */
final class EngineDashboard {
  private EngineDashboard() {}

  static Dashboard dashboard() {
    return Dashboard.of(
        new Dashboard.Heading(
            Frames.ENGINE,
            "Sluice / Engine",
            "What the machine does: is it busy, does memory suffice, where does time go?",
            "now-1h"),
        new Dashboard.Frame(
            Frames.variables(
                Variable.of(
                    Chosen.DEVICE,
                    "Devices that models were run on.",
                    series(EngineMeter.DEVICE_INFO),
                    Label.DEVICE)),
            List.of(SweepDashboard.commits(series(SweepMeter.SWEEP_STEPS_COMMITTED))),
            Frames.links(Frames.ENGINE, Link.page("/", "Live page", "Sluice's own page"))),
        List.of(
            work(),
            memory(),
            stream(),
            GpuSection.section(),
            ProcessSections.jvm(),
            ProcessSections.service()));
  }

  private static Section work() {
    return Section.open(
        "Work",
        tokens(),
        prompts(),
        forwardTimes(),
        laneTimes(),
        batches(),
        Panels.timeSeries(
                "Variants together",
                "How many variants walk a batch together, and how many may? More share more work.")
            .query(batch(0.5, EngineMeter.BATCH_VARIANTS), "walked, median", Colour.BLUE)
            .query(batch(0.9, EngineMeter.BATCH_VARIANTS), "walked, p90", Colour.SKY)
            .query(max(ofDevices(EngineMeter.SLICE_VARIANTS)), "allowed", Colour.ORANGE)
            .fromZero()
            .size(8, 8),
        Panels.timeSeries("Lanes", "Are all lanes busy? Idle lanes wait for batches or the disk.")
            .query(sum(ofDevices(EngineMeter.LANES_BUSY)), "busy", Colour.BLUE)
            .query(sum(ofDevices(EngineMeter.LANES)), "all", Colour.GREY)
            .fromZero()
            .size(8, 8));
  }

  private static PanelBuilder tokens() {
    return Panels.timeSeries(
            "Tokens",
            "How fast is the work? Positions each second, once for each variant, padding left"
                + " out.")
        .query(sum(series(SweepMeter.SWEEP_TOKENS).in(RATE).rate()), "sweeps", Colour.BLUE)
        .query(
            sum(series(EvaluationMeter.EVALUATION_TOKENS).in(RATE).rate()),
            "evaluations",
            Colour.SKY)
        .unit(Unit.TOKENS_PER_SECOND)
        .fromZero();
  }

  private static PanelBuilder prompts() {
    return Panels.timeSeries(
            "Prompts", "How many prompts does each second bring, once for each variant?")
        .query(sum(series(SweepMeter.SWEEP_PROMPTS).in(RATE).rate()), "sweeps", Colour.BLUE)
        .query(
            sum(series(EvaluationMeter.EVALUATION_PROMPTS).in(RATE).rate()),
            "evaluations",
            Colour.SKY)
        .unit(Unit.PROMPTS_PER_SECOND)
        .fromZero();
  }

  private static PanelBuilder forwardTimes() {
    return Panels.timeSeries(
            "Forward time",
            "How long does one batch and slice of variants take, in the sublayers and in the"
                + " head?")
        .query(forward(0.5), name(Label.PHASE) + " median")
        .query(forward(0.9), name(Label.PHASE) + " p90")
        .query(forward(0.99), name(Label.PHASE) + " p99")
        .unit(Unit.SECONDS)
        .logarithmic()
        .manySeries();
  }

  private static PanelBuilder laneTimes() {
    return Panels.timeSeries(
            "Where lanes spend their time",
            "How much of each second goes into sublayers, the head and loading weights? With"
                + " several lanes it may be more than a second.")
        .query(
            sum(ofDevices(Source.sum(EngineMeter.FORWARD_SECONDS)).in(RATE).rate()).by(Label.PHASE),
            name(Label.PHASE))
        .query(
            sum(ofDevices(EngineMeter.WEIGHT_LOAD_SECONDS).in(RATE).rate()),
            "loading weights",
            Colour.ORANGE)
        .unit(Unit.SECONDS)
        .stacked()
        .fromZero();
  }

  private static PanelBuilder batches() {
    return Panels.timeSeries(
            "Batches", "How large are batches? Positions with padding, and batches each second.")
        .query(batch(0.5, EngineMeter.BATCH_TOKENS), "positions, median", Colour.BLUE)
        .query(batch(0.9, EngineMeter.BATCH_TOKENS), "positions, p90", Colour.SKY)
        .query(
            sum(ofDevices(Source.count(EngineMeter.BATCH_TOKENS)).in(RATE).rate()),
            "batches each second",
            Colour.GREY)
        .logarithmic()
        .size(8, 8);
  }

  private static Expr forward(double q) {
    return percentile(q, ofDevices(Source.buckets(EngineMeter.FORWARD_SECONDS)), Label.PHASE);
  }

  private static Expr batch(double q, EngineMeter histogram) {
    return percentile(q, ofDevices(Source.buckets(histogram)));
  }

  private static Section memory() {
    return Section.open(
        "Memory",
        areas(),
        Panels.timeSeries("Free share", "What share of each device's memory is free?")
            .query(area("free").over(area("total")), name(Label.DEVICE))
            .unit(Unit.SHARE)
            .between(0, 1)
            .size(6, 8),
        halvings(),
        Panels.timeSeries("Hidden states", "How many hidden states are in memory?")
            .query(max(ofDevices(EngineMeter.LIVE_STATES)).by(Label.DEVICE), name(Label.DEVICE))
            .fromZero()
            .size(6, 8),
        Panels.timeSeries("Kept states", "How much memory do states take that the next step uses?")
            .query(
                max(ofDevices(EngineMeter.BOUNDARY_CACHE_BYTES)).by(Label.DEVICE),
                name(Label.DEVICE))
            .unit(Unit.BYTES)
            .fromZero()
            .size(6, 8),
        Panels.timeSeries(
                "Variants that begin at a kept state",
                "What share of variants begins at a kept state and not at the embedding?")
            .query(hits(), name(Label.DEVICE))
            .unit(Unit.SHARE)
            .between(0, 1)
            .size(6, 8),
        loads());
  }

  private static PanelBuilder areas() {
    return Panels.timeSeries(
            "Memory of devices",
            "How near is memory to its end? Free and total are the device's, the budget is the"
                + " last job's, resident is this process's on the CPU.")
        .query(
            max(ofDevices(EngineMeter.DEVICE_MEMORY_BYTES)).by(Label.DEVICE, Label.AREA),
            name(Label.DEVICE) + " " + name(Label.AREA))
        .unit(Unit.BYTES)
        .fromZero()
        .manySeries();
  }

  private static PanelBuilder halvings() {
    return Panels.timeSeries(
            "Halvings",
            "How often was the slice halved because the device had no memory? Each costs a"
                + " batch; many say that the budget is too high.")
        .query(
            sum(ofDevices(EngineMeter.OUT_OF_MEMORY).in(RATE).increase()).by(Label.DEVICE),
            name(Label.DEVICE))
        .fromZero()
        .size(6, 8);
  }

  private static PanelBuilder loads() {
    return Panels.timeSeries(
            "Weights brought to devices",
            "How often are sublayers' weights brought? Often means that the model does not fit.")
        .query(
            sum(ofDevices(EngineMeter.WEIGHT_LOADS).in(RATE).rate()).by(Label.DEVICE),
            name(Label.DEVICE))
        .unit(Unit.PER_SECOND)
        .fromZero()
        .size(6, 8);
  }

  private static Expr area(String area) {
    return max(ofDevices(EngineMeter.DEVICE_MEMORY_BYTES).is(Label.AREA, area)).by(Label.DEVICE);
  }

  private static Expr hits() {
    Selector lookups = ofDevices(EngineMeter.BOUNDARY_CACHE_LOOKUPS);
    return sum(lookups.is(Label.OUTCOME, "hit").in(RATE).rate())
        .by(Label.DEVICE)
        .over(sum(lookups.in(RATE).rate()).by(Label.DEVICE));
  }

  private static Section stream() {
    Selector writes = series(Source.buckets(ServiceMeter.JOURNAL_WRITE_SECONDS));
    return Section.open(
        "Stream and journal",
        Panels.timeSeries(
                "Waiting elements",
                "Where does the stream pile up: before lanes or before the disk?")
            .query(sum(series(EngineMeter.STREAM_BUFFERED)).by(Label.STAGE), name(Label.STAGE))
            .fromZero()
            .size(8, 8),
        Panels.timeSeries(
                "Demand", "What do stages ask for that is not there yet? Much means a slow source.")
            .query(sum(series(EngineMeter.STREAM_DEMAND)).by(Label.STAGE), name(Label.STAGE))
            .fromZero()
            .size(8, 8),
        Panels.timeSeries("Journal", "How long until results are durable?")
            .query(percentile(0.5, writes, Label.KIND), name(Label.KIND) + " median")
            .query(percentile(0.99, writes, Label.KIND), name(Label.KIND) + " p99")
            .unit(Unit.SECONDS)
            .logarithmic()
            .size(8, 8));
  }
}
