package dev.sluice.harness.server;

import static java.util.Objects.requireNonNullElse;

import dev.sluice.harness.access.Sessions;
import dev.sluice.harness.jobs.Jobs;
import dev.sluice.harness.server.Call.Operation;
import dev.sluice.harness.telemetry.Telemetry;
import dev.sluice.scorers.PrerequisiteException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * The service on a port. It listens before there is anything to serve, and says so at {@code /readyz}:
 * what a service must do before it is ready may take a while.
 */
public final class Server implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  static {
    // Reactor would let Mono.block() stop an event loop, and with it every client.
    Schedulers.registerNonBlockingThreadPredicate(
        thread -> thread.getName().startsWith("vert.x-eventloop-thread"));
  }

  private final ServerOptions options;
  private final Vertx vertx;
  private final Watch watch;
  private final Workers workers;
  private final EventStreams streams;
  private final HttpServer http;
  private volatile @Nullable Service service;

  private Server(ServerOptions options, Telemetry telemetry) {
    this.options = options;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)));
    this.watch = new Watch(vertx, options.limits(), telemetry);
    this.workers = new Workers(vertx, options.limits());
    this.streams = new EventStreams(vertx, workers, options.limits(), watch, this::jobs);
    this.http = vertx.createHttpServer(httpOptions(options));
    Router router = Router.router(vertx);
    watch.connections(http);
    http.invalidRequestHandler(Problems::malformed);
    http.requestHandler(router);
    await(mount(router));
  }

  /**
   * Listen, and answer that nothing is ready yet.
   *
   * @throws PrerequisiteException if the port is taken or the host is not of this machine
   */
  public static Server listen(ServerOptions options, Telemetry telemetry) {
    Server server = new Server(options, telemetry);
    boolean listens = false;
    try {
      server.await(server.http.listen(options.binding().port(), options.binding().host()));
      listens = true;
      return server;
    } finally {
      if (!listens) {
        server.await(server.vertx.close());
      }
    }
  }

  private Future<Void> mount(Router router) {
    Contract contract = Contract.read();
    return contract
        .open(vertx)
        .map(checked -> {
          mount(router, contract, checked);
          return null;
        });
  }

  private void mount(Router router, Contract contract, OpenAPIContract checked) {
    Sessions sessions = new Sessions(Clock.systemUTC());
    Guard guard = new Guard(options, sessions);
    Routes routes = new Routes(options, watch, workers, guard, () -> Optional.ofNullable(service));
    Map<String, Operation> operations = new HashMap<>();
    operations.putAll(new SessionOperations(options, sessions, guard).all());
    operations.putAll(new JobOperations(this::jobs).all());
    operations.putAll(new DocumentOperations(this::service).all());
    Api api = new Api(vertx, checked, workers, options.limits());
    router.route().failureHandler(Problems::answer);
    routes.open(router);
    routes.api(router, api, contract);
    router.route(Contract.BASE + "/*").subRouter(api.router(operations, streams.all()));
    routes.page(router, new PageFiles(workers));
  }

  private static HttpServerOptions httpOptions(ServerOptions options) {
    Limits limits = options.limits();
    HttpServerOptions http =
        new HttpServerOptions()
            .setMaxHeaderSize(Limits.HEADERS)
            .setMaxInitialLineLength(Limits.HEADERS)
            .setIdleTimeout(Math.toIntExact(limits.times().idle().toMillis()))
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setHttp2ClearTextEnabled(false)
            .setUseAlpn(false);
    options
        .binding()
        .tls()
        .ifPresent(tls ->
            http.setSsl(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .setCertPath(tls.certificate().toString())
                        .setKeyPath(tls.key().toString())));
    return http;
  }

  /** From now on, serve. */
  public void serve(Service ready) {
    service = ready;
  }

  private Service service() {
    Service present = service;
    if (present == null) {
      throw Problem.of(503, "the service is starting or stopping: try again in a moment").thrown();
    }
    return present;
  }

  private Jobs jobs() {
    return service().jobs();
  }

  /** The port that it listens on. */
  public int port() {
    return http.actualPort();
  }

  /** Where a browser on this machine finds it. */
  public URI url() {
    String host = options.binding().host();
    String shown = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return URI.create(
        (options.binding().tls().isPresent() ? "https" : "http")
            + "://"
            + shown
            + ":"
            + port()
            + "/");
  }

  /** Take no more requests, end the streams, and wait for what is being answered. */
  public void stop(Duration patience) {
    service = null;
    Future<Void> ended =
        Future.future(done ->
            vertx.runOnContext(v -> {
              streams.close();
              done.complete();
            }));
    await(
        ended.compose(v -> http.shutdown(patience.toMillis(), TimeUnit.MILLISECONDS)),
        patience.plus(START));
  }

  @Override
  public void close() {
    stop(Duration.ofSeconds(2));
    await(vertx.close());
  }

  private <T> T await(Future<T> future) {
    return await(future, START);
  }

  private <T> T await(Future<T> future, Duration patience) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the HTTP server did not answer for " + patience, e);
    } catch (ExecutionException e) {
      throw failed(requireNonNullElse(e.getCause(), e));
    }
  }

  private RuntimeException failed(Throwable cause) {
    if (cause instanceof IOException || cause instanceof IllegalArgumentException) {
      return new PrerequisiteException(
          "cannot listen on %s:%d (%s): choose another --port or --host, and check the --tls files"
              .formatted(options.binding().host(), options.binding().port(), cause.getMessage()),
          cause);
    }
    return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }
}
