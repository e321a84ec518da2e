package dev.sluice.harness.server;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The service's contract as it is served.
 *
 * @param yaml as it was written
 */
record Contract(String yaml, String json) {
  /** Below which all its paths lie. */
  static final String BASE = "/api/v1";

  static Contract read() {
    try (InputStream in = Contract.class.getResourceAsStream("openapi.yaml")) {
      String yaml = new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      String json = new ObjectMapper().writeValueAsString(new YAMLMapper().readTree(yaml));
      return new Contract(yaml, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checked, and ready to check requests. */
  Future<OpenAPIContract> open(Vertx vertx) {
    JsonObject contract = new JsonObject(json);
    // Vert.x knows no relative URL, which is what a client is best told.
    contract.getJsonArray("servers").getJsonObject(0).put("url", "http://localhost" + BASE);
    withoutAnswers(contract);
    return OpenAPIContract.from(vertx, contract);
  }

  /** Vert.x refuses contracts with media types that it does not know, and answers are not checked. */
  private static void withoutAnswers(JsonObject contract) {
    contract.getJsonObject("components").remove("responses");
    JsonObject paths = contract.getJsonObject("paths");
    JsonObject bare = new JsonObject().put("default", new JsonObject().put("description", "any"));
    for (String path : paths.fieldNames()) {
      JsonObject operations = paths.getJsonObject(path);
      operations.fieldNames().stream()
          .filter(method -> operations.getValue(method) instanceof JsonObject)
          .forEach(method -> operations.getJsonObject(method).put("responses", bare.copy()));
    }
  }
}
