package dev.sluice.harness.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.depths.DepthJson;
import dev.sluice.harness.landscape.Landscape;
import dev.sluice.harness.landscape.LandscapeViews;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Provenance;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.scorers.Score;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/**
 * A sweep as one JSON object, for programs.
 *
 * <p>Keys are stable: more may come, none goes or changes its meaning. Numbers that JSON cannot hold
 * are the strings {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}.
 *
 * <ul>
 *   <li>{@code name}; {@code unit} and {@code direction} of the objective; {@code finished}: {@code
 *       ratio_reached}, {@code divergence_bound}, {@code exhausted}, or null while it can be resumed
 *   <li>{@code plan}: the keys and values of the plan file, flat; what was not asked for is absent
 *   <li>{@code digests}: {@code weights, tokenizer, calibration}, SHA-256 in hex
 *   <li>{@code versions}: {@code sluice, java, engine, device, dtype}
 *   <li>{@code architecture}: {@code family, blocks, sublayers, hidden, heads, kvHeads, headSize,
 *       intermediate, vocabulary, context, tiedHead}
 *   <li>{@code order}: one entry for each cut sublayer in order of removal, {@code rank} (from 1),
 *       {@code sublayer}, {@code candidate}, {@code sublayers} (all that this rank cut), {@code
 *       score} (the objective's mean with everything up to this rank cut), {@code measures}: by id
 *       {@code mean, standardError, rowStandardError, count, unit, percentiles}, and {@code
 *       reduction}: {@code sublayers, blocks, parameters, flops, kvCache}, shares from 0 to 1. The
 *       two sublayers of a block that was cut as a whole are two entries of one rank
 *   <li>{@code candidates}: every trial, {@code step, candidate, outcome} ({@code scored} or {@code
 *       dropped}), {@code committed, score, standardError, rowStandardError}, {@code measures}: mean
 *       by id
 *   <li>{@code landscape}: {@code label} (what it is no proof of) and {@code levels}, one for each
 *       number of cut sublayers that several variants have: {@code cuts, variants}; {@code mixture}
 *       of all in nats a token, {@code best, bestLoss, mixtureLoss, regret, restartedRegret, tokens};
 *       {@code ball}, points {@code radius} (KL, nats a token), {@code share, weight}
 *   <li>{@code cost}: {@code seconds, sublayerPasses, naiveSublayerPasses, passesSaved} (share of
 *       the naive passes that were not run), {@code tokens, peakResidentBytes}
 * </ul>
 */
public final class JsonReport {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Findings findings;
  private final SweepState state;

  private JsonReport(SweepState state) {
    this.findings = new Findings(state);
    this.state = state;
  }

  /** The report as indented JSON text, without a line end. */
  public static String of(SweepState state) {
    try {
      return MAPPER.writeValueAsString(new JsonReport(state).report());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectNode report() {
    ObjectNode report = MAPPER.createObjectNode();
    report.put("name", state.plan().name());
    report.put(
        "finished", state.finished().map(r -> r.name().toLowerCase(Locale.ROOT)).orElse(null));
    report.put("unit", findings.objective().unit());
    report.put("direction", findings.objective().direction().name().toLowerCase(Locale.ROOT));
    report.set("plan", MAPPER.valueToTree(PlanKeys.of(state.plan())));
    report.set("digests", digests(state.provenance()));
    report.set("versions", versions(state.provenance()));
    report.set("architecture", JsonFragments.architecture(state.provenance().config()));
    report.put("nested", state.nested());
    ArrayNode order = report.putArray("order");
    if (state.nested()) {
      state.steps().forEach(s -> s.committed().sublayers().forEach(c -> order.add(removal(s, c))));
    }
    ArrayNode sets = report.putArray("sets");
    state.steps().forEach(s -> sets.add(set(s)));
    ArrayNode candidates = report.putArray("candidates");
    state.trials().forEach(t -> candidates.add(candidate(t)));
    learnt(report);
    report.set(
        "landscape",
        new LandscapeViews(
                new Landscape(findings.wholeTrials(), state.plan().calibration().length()))
            .json());
    report.set("cost", cost(state.cost()));
    return report;
  }

  private void learnt(ObjectNode report) {
    SweepState.Learnt learnt = state.learnt();
    report.put("surveyedVariants", learnt.surveyed().size());
    report.set("attributions", EventJson.attributions(learnt.attributions()));
    learnt.profile().ifPresent(p -> report.set("profile", DepthJson.of(p)));
  }

  /** All that is cut after a step. */
  private ObjectNode set(Step step) {
    List<Score> scores = findings.winner(step).map(Trial::scores).orElse(List.of());
    ObjectNode node = MAPPER.createObjectNode().put("step", step.number());
    node.set("sublayers", JsonFragments.names(step.variant().cuts()));
    node.set("score", JsonFragments.number(step.score()));
    node.set("measures", JsonFragments.means(scores));
    node.set("reduction", JsonFragments.reduction(step.reduction()));
    return node;
  }

  static ObjectNode digests(Provenance provenance) {
    return MAPPER
        .createObjectNode()
        .put("weights", provenance.weightsDigest())
        .put("tokenizer", provenance.tokenizerDigest())
        .put("calibration", provenance.calibrationDigest());
  }

  static ObjectNode versions(Provenance provenance) {
    return MAPPER
        .createObjectNode()
        .put("sluice", provenance.version())
        .put("java", provenance.java())
        .put("engine", provenance.engine())
        .put("device", provenance.device())
        .put("dtype", provenance.dtype());
  }

  private ObjectNode removal(Step step, Sublayer sublayer) {
    List<Score> scores = findings.winner(step).map(Trial::scores).orElse(List.of());
    ObjectNode node = MAPPER.createObjectNode();
    node.put("rank", step.number());
    node.put("sublayer", sublayer.toString());
    node.put("candidate", step.committed().name());
    node.set("sublayers", JsonFragments.names(step.committed().sublayers()));
    node.set("score", JsonFragments.number(step.score()));
    node.set("measures", JsonFragments.measures(scores));
    node.set("reduction", JsonFragments.reduction(step.reduction()));
    return node;
  }

  private ObjectNode candidate(Trial trial) {
    return JsonFragments.trial(trial, findings.objective())
        .put("committed", findings.isCommitted(trial));
  }

  private static ObjectNode cost(Cost cost) {
    long naive = cost.naiveSublayerPasses();
    ObjectNode node = MAPPER.createObjectNode();
    node.set("seconds", JsonFragments.number(cost.seconds()));
    node.put("sublayerPasses", cost.sublayerPasses());
    node.put("naiveSublayerPasses", naive);
    node.put("passesSaved", naive == 0 ? 0 : 1 - (double) cost.sublayerPasses() / naive);
    node.put("tokens", cost.tokens());
    node.put("peakResidentBytes", cost.peakResidentBytes());
    return node;
  }
}
