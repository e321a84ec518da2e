package dev.sluice.harness.server;

import java.nio.ByteBuffer;
import java.util.Optional;

/** What the server is watched by. Called on an event loop, but for {@link #scrape}. */
public interface Instruments {
  /** Watches nothing. */
  Instruments NONE = new Instruments() {};

  /**
   * All metrics; may block.
   *
   * @param accept the header of that name
   */
  default Scrape scrape(Optional<String> accept) {
    return new Scrape("text/plain; version=0.0.4; charset=utf-8", ByteBuffer.allocate(0));
  }

  /**
   * A request was answered.
   *
   * @param route the path's template, never the path itself
   */
  default void answered(String route, int status, double seconds) {}

  /** So many streams of events are open. */
  default void streams(int open) {}

  /** What a scrape gives. */
  record Scrape(String type, ByteBuffer body) {}
}
