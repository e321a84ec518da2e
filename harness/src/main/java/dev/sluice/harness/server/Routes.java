package dev.sluice.harness.server;

import dev.sluice.harness.jobs.Job;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All paths and what holds for every request. */
final class Routes {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
          + " data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self';"
          + " frame-ancestors 'none'";

  private final ServerOptions options;
  private final Watch watch;
  private final Workers workers;
  private final Guard guard;
  private final Supplier<Optional<Service>> service;

  Routes(
      ServerOptions options,
      Watch watch,
      Workers workers,
      Guard guard,
      Supplier<Optional<Service>> service) {
    this.options = options;
    this.watch = watch;
    this.workers = workers;
    this.guard = guard;
    this.service = service;
  }

  /** What holds for every request, and what anyone may ask. */
  void open(Router router) {
    router.route().handler(watch::request).handler(Routes::harden);
    router.get("/healthz").handler(context -> Reply.text("text/plain", "ok\n").send(context));
    router.get("/readyz").handler(this::readyz);
    router.route().handler(guard::host);
    router.get(options.metrics().path()).handler(guard::metrics).handler(this::metrics);
  }

  /** What every request to the API passes before its body is read. */
  void api(Router router, Api api, Contract contract) {
    String all = Contract.BASE + "/*";
    router.route(all).handler(api::template).handler(guard::origin);
    router.get(Contract.BASE + "/openapi.yaml").handler(c -> document(c, "yaml", contract.yaml()));
    router.get(Contract.BASE + "/openapi.json").handler(c -> document(c, "json", contract.json()));
    router.route(all).handler(this::access).handler(api::contentType);
  }

  /** All paths that are left. */
  void page(Router router, PageFiles page) {
    router.route("/api/*").handler(Routes::nothing);
    router.route().handler(page::serve);
  }

  private void access(RoutingContext context) {
    if (!service.get().isPresent()) {
      throw Problem.of(503, "the service is starting or stopping: try again in a moment")
          .with("Retry-After", "2")
          .thrown();
    }
    if (context.normalizedPath().equals(Contract.BASE + "/session")) {
      context.next();
    } else {
      guard.token(context);
    }
  }

  private static void harden(RoutingContext context) {
    HttpServerResponse response = context.response();
    response.putHeader("Content-Security-Policy", POLICY);
    response.putHeader("X-Content-Type-Options", "nosniff");
    response.putHeader("X-Frame-Options", "DENY");
    response.putHeader("Referrer-Policy", "no-referrer");
    response.putHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
    context.next();
  }

  private void readyz(RoutingContext context) {
    boolean yes = service.get().isPresent();
    Reply.of(
            yes ? 200 : 503,
            "text/plain",
            (yes ? "ready\n" : "not ready\n").getBytes(StandardCharsets.UTF_8))
        .send(context);
  }

  private List<Job> jobs() {
    return service.get().map(present -> present.jobs().list()).orElse(List.of());
  }

  private void metrics(RoutingContext context) {
    context.put(Api.ROUTE, options.metrics().path());
    @Nullable String accept = context.request().getHeader("Accept");
    workers
        .run(() -> watch.scrape(accept, jobs()).packedFor(context))
        .onSuccess(reply -> reply.send(context))
        .onFailure(context::fail);
  }

  private void document(RoutingContext context, String type, String text) {
    context.put(Api.ROUTE, Contract.BASE + "/openapi." + type);
    workers
        .run(() -> Reply.text("application/" + type, text).packedFor(context))
        .onSuccess(reply -> reply.send(context))
        .onFailure(context::fail);
  }

  private static void nothing(RoutingContext context) {
    throw Problem.of(404, "nothing is found at this path; the API is below " + Contract.BASE)
        .thrown();
  }
}
