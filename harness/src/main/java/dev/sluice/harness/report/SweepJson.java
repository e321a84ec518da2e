package dev.sluice.harness.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.scorers.Score;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** Parts of a sweep as JSON, as the service gives them. */
public final class SweepJson {
  private static final double ROUNDING = 1e-9;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Reduction NOTHING = new Reduction(0, 0, 0, 0, 0);

  private SweepJson() {}

  /** What a list shows: what was asked in short, and how far it is. */
  public static ObjectNode summary(SweepState state) {
    Findings findings = new Findings(state);
    ObjectNode node = JSON.objectNode();
    node.put("name", state.plan().name());
    node.put("state", state.finished().isPresent() ? "finished" : "open");
    node.put("finished", state.finished().map(SweepJson::id).orElse(null));
    node.put("model", state.plan().model());
    node.put("measure", findings.objective().id());
    node.put("unit", findings.objective().unit());
    node.put("direction", id(findings.objective().direction()));
    node.put("blocks", findings.blocks());
    node.put("steps", state.steps().size());
    node.put("trials", state.trials().size());
    findings
        .last()
        .ifPresent(last -> {
          node.set("score", JsonFragments.number(last.score()));
          node.set("reduction", JsonFragments.reduction(last.reduction()));
        });
    node.put("rows", state.provenance().rows());
    return node.put("seconds", state.cost().seconds());
  }

  /** All but its steps and candidates. */
  public static ObjectNode whole(SweepState state) {
    ObjectNode node = summary(state);
    node.set("plan", MAPPER.valueToTree(PlanKeys.of(state.plan())));
    node.set("digests", JsonReport.digests(state.provenance()));
    node.set("versions", JsonReport.versions(state.provenance()));
    node.set("architecture", JsonFragments.architecture(state.provenance().config()));
    return node;
  }

  /** The intact model and what is left after each step, as evaluations may name them. */
  public static ArrayNode variants(SweepState state) {
    Findings findings = new Findings(state);
    ArrayNode variants = JSON.arrayNode();
    ObjectNode intact = variants.addObject().put("name", "intact").put("step", 0);
    intact.putArray("cuts");
    intact.set("reduction", JsonFragments.reduction(NOTHING));
    for (Step step : state.steps()) {
      List<Score> scores = findings.winner(step).map(Trial::scores).orElse(List.of());
      ObjectNode node = variants.addObject();
      node.put("name", state.plan().name() + "@" + share(step, state));
      node.put("step", step.number());
      node.set("cuts", JsonFragments.names(step.variant().cuts()));
      node.set("score", JsonFragments.number(step.score()));
      node.set("measures", JsonFragments.measures(scores));
      node.set("reduction", JsonFragments.reduction(step.reduction()));
    }
    return variants;
  }

  /** The shortest share of sublayers that stands for just as many cuts. */
  private static String share(Step step, SweepState state) {
    ModelConfig config = state.provenance().config();
    double least = Math.min(1, state.plan().search().leastCut(config.ffn().experts()));
    double cuts = step.variant().sublayers(config) - ROUNDING;
    int digits = 2;
    BigDecimal share = rounded(cuts / config.sublayers(), digits);
    while (share.doubleValue() * config.sublayers() >= cuts + least) {
      share = rounded(cuts / config.sublayers(), ++digits);
    }
    return share.stripTrailingZeros().toPlainString();
  }

  private static BigDecimal rounded(double share, int digits) {
    return BigDecimal.valueOf(share).setScale(digits, RoundingMode.CEILING);
  }

  private static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
