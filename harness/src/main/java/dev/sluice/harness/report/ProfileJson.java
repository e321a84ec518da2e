package dev.sluice.harness.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.scorers.DepthProfile;
import java.util.List;

/** The profile of a model's hidden states as JSON: matrices by row, boundary 0 before sublayer 0. */
final class ProfileJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ProfileJson() {}

  static ObjectNode of(DepthProfile profile) {
    ObjectNode node = JSON.objectNode().put("tokens", profile.tokens()).put("rows", profile.rows());
    node.set("cosine", matrix(profile.cosine()));
    node.set("angle", matrix(profile.angle()));
    node.set("cka", matrix(profile.cka()));
    node.set("update", vector(profile.update()));
    return node;
  }

  private static ArrayNode matrix(List<List<Double>> rows) {
    ArrayNode matrix = JSON.arrayNode();
    rows.forEach(row -> matrix.add(vector(row)));
    return matrix;
  }

  private static ArrayNode vector(List<Double> values) {
    ArrayNode vector = JSON.arrayNode();
    values.forEach(v -> vector.add(JsonFragments.number(v)));
    return vector;
  }
}
