package dev.sluice.harness.engine;

import ai.djl.pytorch.jni.IValue;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Rotations and masks of one token tree. Owned by the states that are computed with them: freed with
 * the last.
 */
final class TreeTables {
  private final IValue rotations;
  private final Function<OptionalInt, IValue> makeMask;
  private final Map<OptionalInt, IValue> masks = new ConcurrentHashMap<>();
  private final AtomicInteger owners = new AtomicInteger();

  /**
   * @param rotations taken over
   * @param makeMask makes the mask for a window
   */
  TreeTables(IValue rotations, Function<OptionalInt, IValue> makeMask) {
    this.rotations = rotations;
    this.makeMask = makeMask;
  }

  IValue rotations() {
    return rotations;
  }

  IValue mask(OptionalInt window) {
    return masks.computeIfAbsent(window, makeMask);
  }

  void share() {
    owners.incrementAndGet();
  }

  void release() {
    if (owners.decrementAndGet() == 0) {
      rotations.close();
      masks.values().forEach(IValue::close);
    }
  }
}
