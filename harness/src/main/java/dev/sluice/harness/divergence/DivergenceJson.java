package dev.sluice.harness.divergence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.scorers.divergence.DivergenceSummary;
import dev.sluice.scorers.divergence.Estimate;
import dev.sluice.scorers.divergence.FloatPercentiles;
import java.util.Locale;

/** What was found as one JSON object. */
public final class DivergenceJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String[] KL_PERCENTS = {"99.9", "99", "95", "90", "10", "5", "1", "0.1"};
  private static final String[] DELTA_PERCENTS = {
    "99.9", "99", "95", "90", "75", "25", "10", "5", "1", "0.1"
  };

  private DivergenceJson() {}

  /**
   * Of a base file that was written: the facts and the perplexity. Of a comparison: the facts of the run; {@code chunks}, the means after each; {@code statistics}, the means after all
   * and the percentiles. Errors are standard errors; divergences are nats per token, probabilities
   * and shares run from 0 to 1. A number that is none is a string, such as {@code "NaN"}.
   */
  public static ObjectNode of(DivergenceRun.Found found) {
    ObjectNode json = JSON.objectNode();
    found.facts().forEach(json::put);
    ArrayNode cuts = json.putArray("cuts");
    found.variant().cuts().forEach(cut -> cuts.add(cut.toString()));
    json.put("context", found.context());
    if (found.saved()) {
      json.put("chunks", found.running().size()).put("tokens", found.tally().count());
      json.set("perplexity", estimate(found.tally().summary().perplexity()));
      return json;
    }
    ArrayNode chunks = json.putArray("chunks");
    for (int i = 0; i < found.running().size(); i++) {
      ObjectNode chunk = chunks.addObject().put("chunk", i + 1);
      chunk.setAll(summary(found.running().get(i)));
    }
    ObjectNode statistics = summary(found.tally().summary());
    statistics.set("divergencePercentiles", percentiles(found.tally().divergences(), KL_PERCENTS));
    statistics.set("deltaPPercentiles", percentiles(found.tally().deltas(), DELTA_PERCENTS));
    json.set("statistics", statistics);
    return json;
  }

  private static ObjectNode summary(DivergenceSummary s) {
    ObjectNode json = JSON.objectNode().put("tokens", s.tokens());
    json.set("perplexity", estimate(s.perplexity()));
    json.set("basePerplexity", estimate(s.basePerplexity()));
    json.set("correlation", number(s.correlation()));
    json.set("logRatio", estimate(s.logRatio()));
    json.set("ratio", estimate(s.ratio()));
    json.set("difference", estimate(s.difference()));
    json.set("divergence", estimate(s.divergence()));
    json.set("deltaP", estimate(s.deltaP()));
    json.set("rmsDeltaP", estimate(s.rootMeanSquareDeltaP()));
    json.set("sameTop", estimate(s.sameTop()));
    return json;
  }

  private static ObjectNode percentiles(FloatPercentiles values, String... percents) {
    ObjectNode json = JSON.objectNode();
    json.set("maximum", number(values.most()));
    for (String percent : percents) {
      if (Double.parseDouble(percent) < 50 && !json.has("median")) {
        json.set("median", number(values.median()));
      }
      json.set("p" + percent.toLowerCase(Locale.ROOT), number(values.at(fraction(percent))));
    }
    json.set("minimum", number(values.least()));
    return json;
  }

  private static float fraction(String percent) {
    return (float) (Math.rint(10 * Double.parseDouble(percent)) / 1000);
  }

  private static ObjectNode estimate(Estimate estimate) {
    ObjectNode json = JSON.objectNode();
    json.set("value", number(estimate.value()));
    json.set("error", number(estimate.error()));
    return json;
  }

  private static JsonNode number(double value) {
    return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
  }
}
