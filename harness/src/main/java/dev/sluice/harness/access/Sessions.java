package dev.sluice.harness.access;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Browsers that have shown the token, by the random ids in their cookies. Bounded: the oldest goes when
 * there are too many. Kept in memory, so a restart logs everyone out. Safe for several threads.
 */
public final class Sessions {
  /** After this a browser is asked for the token again. */
  public static final Duration LIFETIME = Duration.ofDays(7);

  static final int MOST = 1000;
  private static final int ID_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  // By digest: how long a look-up takes then says nothing about an id.
  private final Map<String, Instant> ends = new LinkedHashMap<>();

  public Sessions(Clock clock) {
    this.clock = clock;
  }

  /** Open one; its id. */
  public synchronized String open() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    if (ends.size() >= MOST) {
      ends.remove(ends.keySet().iterator().next());
    }
    ends.put(key(id), clock.instant().plus(LIFETIME));
    return id;
  }

  /** Whether an id is that of a session which is open. */
  public synchronized boolean isOpen(String id) {
    Instant end = ends.get(key(id));
    if (end != null && !clock.instant().isBefore(end)) {
      ends.remove(key(id));
      return false;
    }
    return end != null;
  }

  /** Close one, if it is there. */
  public synchronized void close(String id) {
    ends.remove(key(id));
  }

  private static String key(String id) {
    return HexFormat.of().formatHex(Secret.sha256(id));
  }
}
