package dev.sluice.harness.report;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Provenance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What stands beside the pictures of a page: plan, provenance and cost as names and values. */
final class HtmlFacts {
  private HtmlFacts() {}

  static Map<String, String> plan(SweepPlan plan) {
    Map<String, String> facts = new LinkedHashMap<>();
    PlanKeys.of(plan)
        .forEach((key, value) ->
            facts.put(
                key,
                value instanceof List<?> list
                    ? String.join(", ", list.stream().map(Object::toString).toList())
                    : value.toString()));
    return facts;
  }

  static Map<String, String> provenance(Provenance p) {
    ModelConfig c = p.config();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "architecture", c.family() + ", " + c.blocks() + " blocks, hidden size " + c.hidden());
    facts.put(
        "heads",
        c.attention().heads()
            + " query, "
            + c.attention().kvHeads()
            + " key and value, of "
            + c.attention().headSize());
    facts.put(
        "vocabulary",
        Quantities.count(c.vocabulary()) + (c.ends().tiedHead() ? ", tied head" : ""));
    facts.put("weights", p.weightsDigest());
    facts.put("tokenizer", p.tokenizerDigest());
    facts.put("calibration", p.calibrationDigest());
    facts.put("text", p.rows() + " rows, " + Quantities.count(p.tokens()) + " tokens");
    facts.put("device", p.device());
    facts.put("dtype", p.dtype());
    facts.put("engine", p.engine());
    facts.put("versions", "Sluice " + p.version() + ", Java " + p.java());
    return facts;
  }

  static Map<String, String> cost(Findings findings) {
    Cost cost = findings.state().cost();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("time in evaluations", Quantities.duration(cost.seconds()));
    facts.put("candidates", Quantities.count(findings.state().trials().size()));
    facts.put("sublayers run", Quantities.count(cost.sublayerPasses()));
    facts.put("with a full pass a variant", Quantities.count(cost.naiveSublayerPasses()));
    findings
        .passRatio()
        .ifPresent(r -> facts.put("ratio", String.format(Locale.ROOT, "%.1f x fewer", r)));
    facts.put("tokens scored", Quantities.count(cost.tokens()));
    facts.put(
        "peak memory",
        cost.peakResidentBytes() == 0 ? "unknown" : Quantities.bytes(cost.peakResidentBytes()));
    return facts;
  }
}
