package dev.sluice.harness.server;

import dev.sluice.harness.access.HostNames;
import dev.sluice.harness.access.Secret;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Where the service listens and whom it lets in. */
public record ServerOptions(
    Binding binding, Optional<Secret> token, Metrics metrics, Limits limits) {
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]");

  /**
   * @throws PrerequisiteException if others than this machine could connect and no token is asked for
   */
  public ServerOptions {
    if (token.isEmpty() && !HostNames.isLoopback(binding.host())) {
      throw new PrerequisiteException(
          "--host "
              + binding.host()
              + ": other machines could connect, so a token is needed. Write one to a file that only"
              + " you can read (umask 077; openssl rand -hex 32 > token) and give --token-file token,"
              + " or stay with --host 127.0.0.1");
    }
  }

  /**
   * Where it listens.
   *
   * @param port 0 takes a free one
   * @param names under which it may be called besides loopback names and addresses
   */
  public record Binding(String host, int port, Set<String> names, Optional<Tls> tls) {
    public Binding {
      names = Set.copyOf(names);
    }

    HostNames hostNames() {
      if (WILDCARDS.contains(host)) {
        return new HostNames(names);
      }
      Set<String> all = new HashSet<>(names);
      all.add(host);
      return new HostNames(all);
    }
  }

  /** PEM files. */
  public record Tls(Path certificate, Path key) {}

  /**
   * Where Prometheus scrapes.
   *
   * @param open whether no token is needed there
   * @param token of its own; empty takes that of the service
   */
  public record Metrics(String path, boolean open, Optional<Secret> token) {
    /** {@code /metrics}, with the token of the service. */
    public static final Metrics USUAL = new Metrics("/metrics", false, Optional.empty());

    /**
     * @throws PrerequisiteException if the path is taken or none
     */
    public Metrics {
      if (!path.matches("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")
          || path.startsWith("/api")
          || path.matches("/(health|ready)z")) {
        throw new PrerequisiteException(
            "--metrics-path " + path + ": must be a path such as /metrics, and not below /api");
      }
    }
  }
}
