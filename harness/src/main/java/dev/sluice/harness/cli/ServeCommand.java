package dev.sluice.harness.cli;

import dev.sluice.harness.access.Secret;
import dev.sluice.harness.documents.Documents;
import dev.sluice.harness.jobs.JobQueue;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.server.Limits;
import dev.sluice.harness.server.Server;
import dev.sluice.harness.server.ServerOptions;
import dev.sluice.harness.server.Service;
import dev.sluice.harness.service.JobService;
import dev.sluice.harness.service.Roots;
import dev.sluice.harness.session.Release;
import dev.sluice.harness.telemetry.Telemetry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs sweeps and evaluations as a service until it is stopped. */
@Command(
    name = "serve",
    description = "Run sweeps and evaluations as a service, with events and meters over HTTP.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on; any but loopback needs a token. Default: ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--hosts",
      paramLabel = "NAMES",
      split = ",",
      description = "Names, with commas between, under which it may be called besides loopback's.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description =
          "Folder whose models jobs may name; may be repeated. The built-in one is 'demo'.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder whose texts and task data jobs may name; may be repeated.")
  private List<Path> data = new ArrayList<>();

  @Mixin private final JournalOption journal = new JournalOption();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the token that clients must show; for its owner alone to read.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--metrics-path",
      paramLabel = "PATH",
      description = "Where Prometheus scrapes. Default: ${DEFAULT-VALUE}.")
  private String metricsPath = ServerOptions.Metrics.USUAL.path();

  @Option(names = "--metrics-open", description = "Let anyone scrape without the token.")
  private boolean metricsOpen;

  ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    ServerOptions options = options();
    JournalFolder journals = console.journals(journal.folder());
    Roots roots = Roots.of(models, data, journals, console.environment());
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook = new Thread(() -> leave(stop, stopped), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Telemetry telemetry = new Telemetry(Clock.systemUTC(), Release.current());
        Server server = Server.listen(options, telemetry);
        JobQueue jobs = JobService.open(journals, roots, new JobTelemetry(telemetry))) {
      server.serve(new Service(jobs, new Documents(journals)));
      console.out().println("sluice: serving at " + server.url());
      stop.await();
      console.err().println("sluice: stopping after the slice in flight");
      server.stop(Duration.ofSeconds(2));
    } finally {
      stopped.countDown();
      forget(hook);
    }
    return ExitCode.DONE;
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down already: the hook is running and ends the process now.
      hook.setName("stopped");
    }
  }

  /** SIGTERM and Ctrl-C: wait for what is in flight, then leave as one that has done its work. */
  private static void leave(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitCode.DONE);
  }

  private ServerOptions options() {
    Optional<Secret> token =
        Optional.ofNullable(tokenFile)
            .map(Secret::in)
            .or(() ->
                Optional.ofNullable(console.environment().get("SLUICE_TOKEN"))
                    .map(value -> Secret.of(value, "SLUICE_TOKEN")));
    return new ServerOptions(
        new ServerOptions.Binding(host, port, new HashSet<>(hosts), Optional.empty()),
        token,
        new ServerOptions.Metrics(metricsPath, metricsOpen, Optional.empty()),
        Limits.USUAL);
  }
}
