package dev.sluice.harness.engine;

/**
 * Activations between two sublayers, {@code [members * B, T, H]}: one or more variants' states for
 * the same token batch, stacked. The content never changes.
 *
 * <p>Shared by counting: {@link #share()} adds an owner, {@link #close()} takes one away, and the
 * native memory is freed with the last, on whatever thread.
 */
public interface HiddenState extends AutoCloseable {

  /** How many variants' states are stacked here. */
  int members();

  /** Native memory of the content. */
  long bytes();

  /** Add an owner and return this. */
  HiddenState share();

  @Override
  void close();
}
