package dev.sluice.harness.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The JSON of models, scores and reductions, the same wherever they are printed. */
public final class JsonFragments {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private JsonFragments() {}

  /** A number, or the strings {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}. */
  public static JsonNode number(double value) {
    return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
  }

  /** The numbers that describe a model. */
  public static ObjectNode architecture(ModelConfig config) {
    return JSON.objectNode()
        .put("family", config.family())
        .put("blocks", config.blocks())
        .put("sublayers", config.sublayers())
        .put("hidden", config.hidden())
        .put("heads", config.attention().heads())
        .put("kvHeads", config.attention().kvHeads())
        .put("headSize", config.attention().headSize())
        .put("intermediate", config.ffn().intermediate())
        .put("vocabulary", config.vocabulary())
        .put("context", config.context())
        .put("tiedHead", config.ends().tiedHead());
  }

  /** Sublayer names in the given order. */
  public static ArrayNode names(List<Sublayer> sublayers) {
    ArrayNode names = JSON.arrayNode();
    sublayers.forEach(s -> names.add(s.toString()));
    return names;
  }

  /** Keys {@code sublayers, blocks, parameters, flops, kvCache}: shares from 0 to 1. */
  public static ObjectNode reduction(Reduction reduction) {
    ObjectNode node = JSON.objectNode();
    node.set("sublayers", number(reduction.sublayers()));
    node.set("blocks", number(reduction.blocks()));
    node.set("parameters", number(reduction.parameters()));
    node.set("flops", number(reduction.flops()));
    node.set("kvCache", number(reduction.kvCache()));
    return node;
  }

  /** The mean of each measure, by its id. */
  public static ObjectNode means(List<Score> scores) {
    ObjectNode node = JSON.objectNode();
    scores.forEach(s -> node.set(s.measure().id(), number(s.mean())));
    return node;
  }

  /** All but the rows of each score, by its measure's id. */
  public static ObjectNode measures(List<Score> scores) {
    ObjectNode node = JSON.objectNode();
    scores.forEach(s -> node.set(s.measure().id(), score(s)));
    return node;
  }

  private static ObjectNode score(Score score) {
    ObjectNode node = JSON.objectNode();
    node.set("mean", number(score.mean()));
    node.set("standardError", number(score.standardError()));
    node.set("rowStandardError", number(score.rowStandardError()));
    node.put("count", score.count());
    node.put("unit", score.measure().unit());
    ObjectNode percentiles = node.putObject("percentiles");
    score.percentiles().forEach((name, value) -> percentiles.set(name, number(value)));
    return node;
  }

  /** One candidate's trial but for the time it took, which differs from run to run. */
  static ObjectNode trial(Trial trial, Measure objective) {
    Optional<Score> score = Findings.score(trial, objective);
    ObjectNode node = JSON.objectNode();
    node.put("step", trial.step());
    node.put("candidate", trial.candidate().name());
    node.put("outcome", trial.outcome().name().toLowerCase(Locale.ROOT));
    node.set("score", number(score.map(Score::mean).orElse(Double.NaN)));
    node.set("standardError", number(score.map(Score::standardError).orElse(Double.NaN)));
    node.set("rowStandardError", number(score.map(Score::rowStandardError).orElse(Double.NaN)));
    node.set("measures", means(trial.scores()));
    return node;
  }
}
