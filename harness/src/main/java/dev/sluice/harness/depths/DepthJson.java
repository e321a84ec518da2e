package dev.sluice.harness.depths;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Separability;
import dev.sluice.scorers.statistics.ConfidenceInterval;
import java.util.List;

/** The profile of a model's hidden states as JSON: matrices by row, boundary 0 before sublayer 0. */
public final class DepthJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private DepthJson() {}

  /** {@code tokens, rows}, the matrices {@code cosine, angle, cka}, and {@code update}. */
  public static ObjectNode of(DepthProfile profile) {
    ObjectNode node = JSON.objectNode().put("tokens", profile.tokens()).put("rows", profile.rows());
    node.set("cosine", matrix(profile.cosine()));
    node.set("angle", matrix(profile.angle()));
    node.set("cka", matrix(profile.cka()));
    node.set("update", vector(profile.update()));
    return node;
  }

  /**
   * {@code facts}; {@code blocks} and {@code sublayers} with their numbers; {@code angularDistance},
   * whose row l holds the distances over 1, 2, ... blocks from block l on; {@code profile}, as of a
   * sweep; {@code taylor} and {@code separability} where there are any.
   */
  public static ObjectNode of(DepthFindings found) {
    ObjectNode node = JSON.objectNode();
    ObjectNode facts = node.putObject("facts");
    found.facts().forEach(facts::put);
    node.set("blocks", blocks(found.profile()));
    node.set("sublayers", sublayers(found));
    node.set("angularDistance", distances(found.profile()));
    node.set("profile", of(found.profile()));
    found
        .taylor()
        .ifPresent(taylor ->
            node.putObject("taylor")
                .put("predictions", taylor.predictions())
                .set("loss", number(taylor.loss())));
    found.probed().ifPresent(probed -> node.set("separability", separability(probed)));
    return node;
  }

  private static ArrayNode blocks(DepthProfile profile) {
    ArrayNode blocks = JSON.arrayNode();
    for (int block = 0; block < profile.blocks(); block++) {
      ObjectNode node = blocks.addObject().put("block", block);
      node.set("influence", number(profile.blockInfluence(block)));
      node.set("angle", number(profile.angularDistance(block, 1)));
      node.set("cka", number(profile.cka().get(2 * block).get(2 * block + 2)));
    }
    return blocks;
  }

  private static ArrayNode sublayers(DepthFindings found) {
    ArrayNode sublayers = JSON.arrayNode();
    for (int p = 0; p < found.profile().sublayers(); p++) {
      ObjectNode node = sublayers.addObject().put("sublayer", Sublayer.at(p).toString());
      node.set("influence", number(found.profile().sublayerInfluence(p)));
      node.set("update", number(found.profile().update().get(p)));
      node.set("l1", number(found.magnitudes().l1().get(p)));
      node.set("l2", number(found.magnitudes().l2().get(p)));
      if (found.taylor().isPresent()) {
        node.set("taylor", number(found.taylor().get().scores().get(p)));
      }
    }
    return sublayers;
  }

  private static ArrayNode distances(DepthProfile profile) {
    ArrayNode rows = JSON.arrayNode();
    for (int block = 0; block < profile.blocks(); block++) {
      ArrayNode row = rows.addArray();
      for (int n = 1; block + n <= profile.blocks(); n++) {
        row.add(number(profile.angularDistance(block, n)));
      }
    }
    return rows;
  }

  private static ObjectNode separability(DepthFindings.Probed probed) {
    Separability found = probed.found();
    ObjectNode node =
        JSON.objectNode()
            .put("task", probed.task())
            .put("prompts", found.rows())
            .put("leftOut", probed.leftOut())
            .put("majority", found.majority())
            .put("confidence", DepthFindings.CONFIDENCE);
    ArrayNode classes = node.putArray("classes");
    probed.classes().forEach(classes::add);
    ArrayNode depths = node.putArray("depths");
    for (int boundary = 0; boundary < found.correct().size(); boundary++) {
      ConfidenceInterval interval = found.interval(boundary, DepthFindings.CONFIDENCE);
      depths
          .addObject()
          .put("behind", DepthFindings.behind(boundary))
          .put("correct", found.correct().get(boundary))
          .put("accuracy", found.accuracy(boundary))
          .put("low", interval.low())
          .put("high", interval.high());
    }
    return node;
  }

  private static ArrayNode matrix(List<List<Double>> rows) {
    ArrayNode matrix = JSON.arrayNode();
    rows.forEach(row -> matrix.add(vector(row)));
    return matrix;
  }

  private static ArrayNode vector(List<Double> values) {
    ArrayNode vector = JSON.arrayNode();
    values.forEach(v -> vector.add(number(v)));
    return vector;
  }

  /** As all reports write numbers: those that are none are strings. */
  private static JsonNode number(double value) {
    return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
  }
}
