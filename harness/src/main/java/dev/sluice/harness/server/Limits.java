package dev.sluice.harness.server;

import java.time.Duration;

/**
 * How much the service takes from clients.
 *
 * @param body bytes of a request's body
 * @param connections open at once
 * @param streams of events open at once
 * @param workers threads for what would block an event loop
 */
public record Limits(int body, int connections, int streams, int workers, Times times) {
  /**
   * How long things may take.
   *
   * @param request until it is answered, streams excepted
   * @param idle until a connection on which no byte moves is closed
   * @param heartbeat between comments in a stream of events
   */
  public record Times(Duration request, Duration idle, Duration heartbeat) {
    static final Times USUAL =
        new Times(Duration.ofSeconds(60), Duration.ofSeconds(90), Duration.ofSeconds(15));
  }

  /** Bytes of a request's headers, and of its first line. */
  static final int HEADERS = 16 * 1024;

  /** Requests that wait for a worker. */
  static final int WAITING = 64;

  /** What holds if nobody says otherwise. */
  public static final Limits USUAL = new Limits(256 * 1024, 512, 200, 4, Times.USUAL);
}
