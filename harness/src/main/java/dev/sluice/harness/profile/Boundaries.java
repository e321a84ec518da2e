package dev.sluice.harness.profile;

import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.model.Sublayer;
import java.util.ArrayList;
import java.util.List;

/**
 * The intact model's states of one batch at all boundaries, from the embedding to the last sublayer's
 * output, alive together until this is closed.
 */
final class Boundaries implements AutoCloseable {
  private final List<HiddenState> states = new ArrayList<>();

  private Boundaries() {}

  static Boundaries of(Engine engine, int sublayers, TokenBatch batch) {
    Boundaries boundaries = new Boundaries();
    boolean done = false;
    try {
      boundaries.states.add(engine.embed(batch));
      for (int p = 0; p < sublayers; p++) {
        boundaries.states.add(engine.apply(Sublayer.at(p), boundaries.states.get(p)));
      }
      done = true;
      return boundaries;
    } finally {
      if (!done) {
        boundaries.close();
      }
    }
  }

  /** {@code [2L + 1]}; they stay this object's. */
  List<HiddenState> states() {
    return List.copyOf(states);
  }

  @Override
  public void close() {
    states.forEach(HiddenState::close);
    states.clear();
  }
}
