package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import java.util.List;

/**
 * Someone who watches a sweep. Called on the sweep's thread, in order; an event is durable before it
 * is announced. Whoever needs time takes it elsewhere.
 */
public interface SweepListener {

  /** An event became durable; {@code replayed} where it comes from an earlier process. */
  default void on(SweepEvent event, boolean replayed) {}

  /** A step begins with these candidates, of which some may be scored already. */
  default void stepStarted(int step, List<Candidate> candidates) {}

  /** Running values moved: not durable, for display only. */
  default void progress(Progress progress) {}
}
