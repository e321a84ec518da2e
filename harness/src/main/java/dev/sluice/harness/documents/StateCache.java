package dev.sluice.harness.documents;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The last few values that were made from files, each good as long as its files' state is the same. A
 * value that several threads want is made once. Safe for several threads.
 *
 * @param <V> a value, immutable
 */
final class StateCache<V> {
  private final Map<Object, Slot<V>> slots;

  /** A place for a value; its lock is held while the value is made. */
  private static final class Slot<V> {
    private Optional<Made<V>> made = Optional.empty();
  }

  private record Made<V>(Object state, V value) {}

  StateCache(int most) {
    this.slots =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Object, Slot<V>> eldest) {
            return size() > most;
          }
        };
  }

  /**
   * A value.
   *
   * @param key what it is of
   * @param state of what it is made from, taken before it is made
   */
  V get(Object key, Object state, Supplier<V> maker) {
    Slot<V> slot;
    synchronized (slots) {
      slot = slots.computeIfAbsent(key, k -> new Slot<>());
    }
    synchronized (slot) {
      if (slot.made.filter(m -> m.state().equals(state)).isEmpty()) {
        slot.made = Optional.of(new Made<>(state, maker.get()));
      }
      return slot.made.orElseThrow().value();
    }
  }
}
