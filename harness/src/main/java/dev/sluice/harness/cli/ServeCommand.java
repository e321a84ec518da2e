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
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs sweeps and evaluations as a service, until it is told to stop. */
@Command(
    name = "serve",
    description = "Run sweeps and evaluations as a service: a page, a REST API, metrics.",
    footer = {
      "",
      "Ctrl-C or SIGTERM: the running job ends after its slice and goes on at the next start.",
      "Variable SLUICE_TOKEN: the token, if there is no --token-file."
    },
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Duration ANSWERS = Duration.ofSeconds(2);

  private final Console console;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Where to listen; any but a loopback address needs a token. Default: ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--hosts",
      paramLabel = "NAMES",
      split = ",",
      description = "Names under which it may be called besides localhost and addresses.")
  private List<String> names = List.of();

  @Option(
      names = "--models",
      paramLabel = "DIR",
      arity = "1..*",
      description = "Folders with models; besides them the hub cache and the built-in demo.")
  private List<Path> models = List.of();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      arity = "1..*",
      description = "Folders with calibration texts and data of tasks.")
  private List<Path> data = List.of();

  @Mixin private final JournalOption journal = new JournalOption();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The token that clients must show, in a file that only you can read.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--metrics-path",
      paramLabel = "PATH",
      description = "Where Prometheus scrapes. Default: ${DEFAULT-VALUE}.")
  private String metricsPath = "/metrics";

  @Option(
      names = "--metrics-token-file",
      paramLabel = "FILE",
      description = "A token that is good for metrics alone.")
  private @Nullable Path metricsTokenFile;

  @Option(names = "--metrics-open", description = "Metrics without a token.")
  private boolean metricsOpen;

  @Option(names = "--tls-certificate", paramLabel = "FILE", description = "PEM, with its chain.")
  private @Nullable Path certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM, PKCS 8.")
  private @Nullable Path key;

  @Option(
      names = "--streams",
      paramLabel = "N",
      description = "Event streams that may be open. Default: ${DEFAULT-VALUE}.")
  private int streams = Limits.USUAL.streams();

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Connections that may be open. Default: ${DEFAULT-VALUE}.")
  private int connections = Limits.USUAL.connections();

  @Option(
      names = "--stop-within",
      paramLabel = "SECONDS",
      description =
          "How long a stop waits for the slice in flight; what it gave up is computed again."
              + " Default: ${DEFAULT-VALUE}.")
  private int stopWithin = 30;

  ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ServerOptions options = options();
    JournalFolder journals = console.journals(journal.folder());
    try (StopSignal stop = new StopSignal();
        Telemetry telemetry = new Telemetry(Clock.systemUTC(), Release.current());
        Server server = Server.listen(options, telemetry)) {
      Roots roots = Roots.of(models, data, journals, console.environment());
      JobQueue jobs = JobService.open(journals, roots, new JobTelemetry(telemetry));
      try {
        server.serve(new Service(jobs, new Documents(journals, roots, console.environment())));
        console.out().println("sluice: serving at " + server.url());
        console.out().flush();
        stop.await();
        console.err().println("sluice: stopping after the slice in flight");
        server.stop(ANSWERS);
      } finally {
        end(jobs);
      }
    }
    return ExitCode.DONE;
  }

  private void end(JobQueue jobs) {
    if (!jobs.close(Duration.ofSeconds(stopWithin))) {
      console
          .err()
          .println("sluice: the slice in flight did not end; the next start computes it again");
    }
  }

  private ServerOptions options() {
    Limits usual = Limits.USUAL;
    stopWithin = inRange("--stop-within", stopWithin, 0, 3600);
    return new ServerOptions(
        new ServerOptions.Binding(
            host, inRange("--port", port, 0, 65_535), Set.copyOf(names), tls()),
        token(),
        new ServerOptions.Metrics(
            metricsPath, metricsOpen, Optional.ofNullable(metricsTokenFile).map(Secret::in)),
        new Limits(
            usual.body(),
            inRange("--connections", connections, 1, 100_000),
            inRange("--streams", streams, 1, 100_000),
            usual.workers(),
            usual.times()));
  }

  private int inRange(String option, int value, int low, int high) {
    if (value < low || value > high) {
      throw new PrerequisiteException(
          "%s %d: must be from %d to %d".formatted(option, value, low, high));
    }
    return value;
  }

  private Optional<Secret> token() {
    if (tokenFile != null) {
      return Optional.of(Secret.in(tokenFile));
    }
    return Optional.ofNullable(console.environment().get("SLUICE_TOKEN"))
        .filter(token -> !token.isEmpty())
        .map(token -> Secret.of(token, "SLUICE_TOKEN"));
  }

  private Optional<ServerOptions.Tls> tls() {
    if ((certificate == null) != (key == null)) {
      throw new PrerequisiteException("--tls-certificate and --tls-key belong together: give both");
    }
    return certificate == null || key == null
        ? Optional.empty()
        : Optional.of(new ServerOptions.Tls(certificate, key));
  }
}
