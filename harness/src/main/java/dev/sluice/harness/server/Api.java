package dev.sluice.harness.server;

import static java.util.Objects.requireNonNull;

import dev.sluice.harness.server.Call.Operation;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Path;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The contract's operations as routes: requests are held against it before anything is done. */
final class Api {
  /** The template of the path, for metrics. */
  static final String ROUTE = "route";

  private final Vertx vertx;
  private final OpenAPIContract contract;
  private final Workers workers;
  private final Limits limits;

  Api(Vertx vertx, OpenAPIContract contract, Workers workers, Limits limits) {
    this.vertx = vertx;
    this.contract = contract;
    this.workers = workers;
    this.limits = limits;
  }

  /**
   * One route for each operation.
   *
   * @param streams operations that answer by themselves and have no time limit
   */
  Router router(Map<String, Operation> operations, Map<String, Handler<RoutingContext>> streams) {
    RouterBuilder builder =
        RouterBuilder.create(vertx, contract, RequestExtractor.withBodyHandler())
            .rootHandler(BodyHandler.create(false).setBodyLimit(limits.body()));
    for (OpenAPIRoute route : builder.getRoutes()) {
      String id = route.getOperation().getOperationId();
      Operation operation = operations.get(id);
      Handler<RoutingContext> stream = streams.get(id);
      if (operation == null && stream == null) {
        throw new IllegalStateException("nobody does " + id);
      }
      route.setDoSecurity(false);
      route.addHandler(operation == null ? stream : context -> run(context, operation));
    }
    Router router = builder.createRouter();
    router.route().handler(this::nothing);
    return router;
  }

  private void run(RoutingContext context, Operation operation) {
    Call call = call(context);
    workers
        .run(() -> operation.answer(call).packedFor(context))
        .onSuccess(reply -> reply.send(context))
        .onFailure(context::fail);
  }

  static Call call(RoutingContext context) {
    @Nullable ValidatedRequest request = context.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST);
    return new Call(context, requireNonNull(request, "validated"));
  }

  /** Find the template of the path. */
  void template(RoutingContext context) {
    Path path = contract.findPath(path(context));
    if (path != null) {
      context.put(ROUTE, Contract.BASE + path.getName());
    }
    context.next();
  }

  private static String path(RoutingContext context) {
    return context.normalizedPath();
  }

  /** Refuse a body that is no JSON. */
  void contentType(RoutingContext context) {
    Path path = contract.findPath(path(context));
    boolean takesBody =
        path != null
            && path.getOperations().stream()
                .anyMatch(o ->
                    o.getHttpMethod().equals(context.request().method())
                        && o.getRequestBody() != null);
    String type = context.request().getHeader("Content-Type");
    if (takesBody && (type == null || !type.matches("(?i)application/json\\s*(;.*)?"))) {
      throw Problem.of(415, "the body must be JSON: send Content-Type: application/json").thrown();
    }
    context.next();
  }

  /** No operation took it: the path is unknown, or takes other methods. */
  private void nothing(RoutingContext context) {
    Path path = contract.findPath(path(context));
    if (path == null) {
      throw Problem.of(
              404, "nothing is found at this path; " + Contract.BASE + "/openapi.yaml lists them")
          .thrown();
    }
    Set<String> allowed =
        path.getOperations().stream()
            .map(o -> o.getHttpMethod())
            .map(HttpMethod::name)
            .collect(Collectors.toCollection(TreeSet::new));
    String list = String.join(", ", allowed);
    throw Problem.of(405, "this path takes " + list).with("Allow", list).thrown();
  }
}
