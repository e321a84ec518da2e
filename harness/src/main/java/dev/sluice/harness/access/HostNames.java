package dev.sluice.harness.access;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Under which names the service may be called. A page elsewhere can have its own name resolve to this
 * host (DNS rebinding) and would then count as the same origin; its name in the {@code Host} header
 * gives it away. Addresses need no such check: whoever calls one has not been led there by a name.
 */
public final class HostNames {
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");
  private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

  private final Set<String> names;

  /**
   * @param names besides {@code localhost}
   */
  public HostNames(Set<String> names) {
    this.names =
        Stream.concat(names.stream(), Stream.of("localhost"))
            .map(n -> n.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a {@code Host} header names this service. */
  public boolean allows(String host) {
    String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
    return names.contains(name) || ADDRESS.matcher(name).matches();
  }

  /** Whether an address or name can be reached from this machine alone. */
  public static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("::1")
        || host.equals("[::1]")
        || host.matches("127(\\.\\d{1,3}){3}");
  }
}
