package dev.sluice.dashboards;

import static dev.sluice.dashboards.Terms.RATE;
import static dev.sluice.dashboards.Terms.ofDevices;
import static dev.sluice.dashboards.Terms.series;
import static dev.sluice.dashboards.grafana.Panels.name;
import static dev.sluice.dashboards.promql.Functions.copied;
import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.sum;

import dev.sluice.dashboards.grafana.Colour;
import dev.sluice.dashboards.grafana.PanelBuilder;
import dev.sluice.dashboards.grafana.Panels;
import dev.sluice.dashboards.grafana.Section;
import dev.sluice.dashboards.grafana.Unit;
import dev.sluice.dashboards.promql.Expr;
import dev.sluice.dashboards.promql.ForeignMeter;
import dev.sluice.dashboards.promql.Match;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.EngineMeter;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.SweepMeter;

/** What DCGM exporter, run beside Sluice, says of the GPUs that Sluice uses, joined by their UUID. */
final class GpuSection {
  private static final double MILLI = 0.001;

  private GpuSection() {}

  static Section section() {
    return Section.closed(
        "GPUs (needs DCGM exporter in the same Prometheus)",
        Panels.facts("Devices", "Which devices are these, and what does DCGM exporter call them?")
            .query(
                max(ofDevices(EngineMeter.DEVICE_INFO)).by(Label.DEVICE, Label.NAME, Label.UUID),
                "always 1")
            .size(24, 4),
        gpu("Utilisation", "Is the GPU busy?", ForeignMeter.GPU_UTILISATION)
            .unit(Unit.PERCENT)
            .between(0, 100),
        Panels.timeSeries(
                "Memory", "How near is the GPU's memory to its end, all processes together?")
            .query(joined(ForeignMeter.GPU_MEMORY_USED), name(Label.DEVICE) + " used")
            .query(joined(ForeignMeter.GPU_MEMORY_FREE), name(Label.DEVICE) + " free")
            .unit(Unit.MEBIBYTES)
            .fromZero()
            .size(8, 7),
        gpu("Power", "How much power does it draw?", ForeignMeter.GPU_POWER)
            .unit(Unit.WATTS)
            .fromZero(),
        gpu("Temperature", "Is it too hot, so that it slows down?", ForeignMeter.GPU_TEMPERATURE)
            .unit(Unit.CELSIUS),
        Panels.timeSeries(
                "Energy of a prompt",
                "How much energy does a scored prompt and variant take, of all GPUs together?")
            .query(energy(), "energy for each prompt", Colour.ORANGE)
            .unit(Unit.JOULES)
            .fromZero()
            .size(8, 7),
        gpu(
                "Errors",
                "Did the GPU report an error (XID)? 0 is none; NVIDIA's list says what others mean.",
                ForeignMeter.GPU_ERROR)
            .unit(Unit.NUMBER));
  }

  private static PanelBuilder gpu(String title, String question, ForeignMeter meter) {
    return Panels.timeSeries(title, question).query(joined(meter), name(Label.DEVICE)).size(8, 7);
  }

  /** With the name that Sluice gives the device. */
  private static Expr joined(ForeignMeter meter) {
    return max(Selector.of(meter)).by(Tag.DCGM_UUID).times(devices(), devicesByUuid());
  }

  private static Match devices() {
    return Match.on(Tag.DCGM_UUID).many(Label.DEVICE);
  }

  private static Expr devicesByUuid() {
    return max(copied(
            Label.UUID, Tag.DCGM_UUID, ofDevices(EngineMeter.DEVICE_INFO).isNot(Label.UUID, "")))
        .by(Tag.DCGM_UUID, Tag.of(Label.DEVICE));
  }

  private static Expr energy() {
    Expr watts =
        max(Selector.of(ForeignMeter.GPU_ENERGY).in(RATE).rate())
            .by(Tag.DCGM_UUID)
            .times(devices(), devicesByUuid())
            .times(MILLI);
    return sum(watts).over(sum(series(SweepMeter.SWEEP_PROMPTS).in(RATE).rate()));
  }
}
