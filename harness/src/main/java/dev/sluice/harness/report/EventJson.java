package dev.sluice.harness.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.depths.DepthJson;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.Attributed;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.scorers.Measure;
import java.util.List;
import java.util.Locale;

/**
 * What happens in a sweep as JSON, the same for the command line and for the service. Numbers that JSON
 * cannot hold are the strings {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}.
 */
public final class EventJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private EventJson() {}

  /** An empty object. */
  public static ObjectNode object() {
    return JSON.objectNode();
  }

  /** {@code started}, {@code trials}, {@code survey}, {@code profile}, {@code gradients}, {@code
   * attributions}, {@code step} or
   * {@code finished}. */
  public static String type(SweepEvent event) {
    return switch (event) {
      case SweepStarted ignored -> "started";
      case TrialsScored ignored -> "trials";
      case VariantsSurveyed ignored -> "survey";
      case Profiled ignored -> "profile";
      case GradientsTaken ignored -> "gradients";
      case Attributed ignored -> "attributions";
      case StepCommitted ignored -> "step";
      case SweepFinished ignored -> "finished";
    };
  }

  /**
   * The event's content.
   *
   * @param objective of the sweep's plan
   */
  public static ObjectNode of(SweepEvent event, Measure objective) {
    return switch (event) {
      case SweepStarted started -> started(started);
      case TrialsScored scored -> trials(scored, objective);
      case VariantsSurveyed seen -> survey(seen, objective);
      case Profiled seen -> DepthJson.of(seen.profile());
      case GradientsTaken seen -> gradients(seen);
      case Attributed seen -> attributed(seen);
      case StepCommitted committed -> step(committed.step());
      case SweepFinished finished -> finished(finished);
    };
  }

  private static ObjectNode started(SweepStarted started) {
    Measure objective = started.plan().search().objective();
    return JSON.objectNode()
        .put("name", started.plan().name())
        .put("model", started.plan().model())
        .put("measure", objective.id())
        .put("unit", objective.unit())
        .put("direction", id(objective.direction()))
        .put("blocks", started.provenance().config().blocks())
        .put("weights", started.provenance().weightsDigest());
  }

  private static ObjectNode trials(TrialsScored scored, Measure objective) {
    ObjectNode node = JSON.objectNode();
    scored.trials().stream().findFirst().ifPresent(t -> node.put("step", t.step()));
    ArrayNode trials = node.putArray("trials");
    scored.trials().forEach(t -> trials.add(trial(t, objective)));
    return node;
  }

  private static ObjectNode survey(VariantsSurveyed seen, Measure objective) {
    ObjectNode node = JSON.objectNode();
    seen.trials().stream().findFirst().ifPresent(t -> node.put("survey", t.step()));
    node.put("rows", seen.rows());
    ArrayNode variants = node.putArray("variants");
    seen.trials()
        .forEach(t -> {
          ObjectNode one = trial(t, objective);
          one.remove("step");
          variants.add(one);
        });
    return node;
  }

  private static ObjectNode gradients(GradientsTaken taken) {
    ObjectNode node = JSON.objectNode().put("predictions", taken.scores().predictions());
    node.set("loss", JsonFragments.number(taken.scores().loss()));
    ArrayNode scores = node.putArray("taylor");
    taken.scores().scores().forEach(s -> scores.add(JsonFragments.number(s)));
    return node;
  }

  private static ObjectNode attributed(Attributed seen) {
    ObjectNode node = JSON.objectNode().put("surveys", seen.surveys());
    node.set("attributions", attributions(seen.attributions()));
    return node;
  }

  /** What each candidate is worth, in the strategy's own order. */
  static ArrayNode attributions(List<Attribution> attributions) {
    ArrayNode all = JSON.arrayNode();
    for (Attribution attribution : attributions) {
      ObjectNode one = all.addObject().put("candidate", attribution.candidate().name());
      one.set("score", JsonFragments.number(attribution.score()));
      one.set("standardError", JsonFragments.number(attribution.standardError()));
    }
    return all;
  }

  /** One trial, with the score of the objective apart from the others. */
  public static ObjectNode trial(Trial trial, Measure objective) {
    return JsonFragments.trial(trial, objective)
        .set("seconds", JsonFragments.number(trial.seconds()));
  }

  /** A committed step. */
  public static ObjectNode step(Step step) {
    ObjectNode node = JSON.objectNode();
    node.put("step", step.number());
    node.put("candidate", step.committed().name());
    node.set("sublayers", JsonFragments.names(step.committed().sublayers()));
    node.set("score", JsonFragments.number(step.score()));
    node.set("reduction", JsonFragments.reduction(step.reduction()));
    return node;
  }

  private static ObjectNode finished(SweepFinished finished) {
    return JSON.objectNode().put("reason", id(finished.reason()));
  }

  /** Running values of a slice. */
  public static ObjectNode progress(Progress progress) {
    ObjectNode node = JSON.objectNode();
    node.put("step", progress.step());
    node.put("rowsSeen", progress.rowsSeen());
    node.put("rows", progress.rows());
    node.set("tokensPerSecond", JsonFragments.number(progress.tokensPerSecond()));
    ObjectNode running = node.putObject("running");
    progress
        .running()
        .forEach(r -> running.set(r.candidate().name(), JsonFragments.number(r.mean())));
    return node;
  }

  private static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
