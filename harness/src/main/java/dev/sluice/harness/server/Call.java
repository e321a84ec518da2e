package dev.sluice.harness.server;

import static java.util.Objects.requireNonNull;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that keeps to the contract, as an operation sees it.
 *
 * @param context for what the contract does not describe, such as cookies; not safe to write to
 */
record Call(RoutingContext context, ValidatedRequest request) {

  /** What is answered; may block. */
  interface Operation {
    Reply answer(Call call);
  }

  String name() {
    return value(request.getPathParameters().get("name")).orElseThrow().toString();
  }

  int row() {
    return ((Number) value(request.getPathParameters().get("row")).orElseThrow()).intValue();
  }

  Optional<String> text(String query) {
    return value(request.getQuery().get(query)).map(Object::toString);
  }

  Optional<Integer> whole(String query) {
    return value(request.getQuery().get(query)).map(v -> ((Number) v).intValue());
  }

  int offset() {
    return whole("offset").orElse(0);
  }

  int limit() {
    return whole("limit").orElse(200);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(context.request().getHeader(name));
  }

  JsonObject body() {
    return requireNonNull(request.getBody().getJsonObject(), "the contract asks for a body");
  }

  private static Optional<Object> value(@Nullable RequestParameter parameter) {
    return parameter == null ? Optional.empty() : Optional.ofNullable(parameter.get());
  }
}
