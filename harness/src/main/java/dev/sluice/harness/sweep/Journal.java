package dev.sluice.harness.sweep;

import java.util.List;

/**
 * The durable record of one sweep, open for writing by this process alone.
 *
 * <p>Events are read back in the order in which they were appended. Not safe for use by several
 * threads at once.
 */
public interface Journal extends AutoCloseable {

  /** All events so far; empty for a sweep that has not started. */
  List<SweepEvent> replay();

  /** Make one event durable: it survives the process and the machine once this returns. */
  void append(SweepEvent event);

  @Override
  void close();
}
