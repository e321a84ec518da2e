package dev.sluice.harness.sweep;

/**
 * Someone who watches a sweep. Called on the sweep's thread, in order; an event is durable before it
 * is announced. Whoever needs time takes it elsewhere.
 */
public interface SweepListener {

  /** An event became durable; {@code replayed} where it comes from an earlier process. */
  default void on(SweepEvent event, boolean replayed) {}

  /** A step or a survey begins with these candidates, of which some may be scored already. */
  default void taskStarted(ScoringTask task) {}

  /** Running values moved: not durable, for display only. */
  default void progress(Progress progress) {}
}
