package dev.sluice.harness.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/**
 * Packs items, each with a few sequences, into token trees of about so many tokens, in order. An item
 * is never divided.
 *
 * @param capacity tokens of one pack, or twice the longest sequence where that is more: long prompts
 *     that share their beginning belong together. Those that share no more than a first token and fill
 *     a pack each stand alone: attention costs the square of a pack
 */
public record PromptPacker(int capacity) {

  /**
   * Items that go together, and their pack: its sequences are those of the first item, then of the
   * second, and so on.
   */
  public record Packed<T>(List<T> items, PromptPack pack) {
    public Packed {
      items = List.copyOf(items);
    }
  }

  /** Cold; asks for no more than one item beyond a full pack, passes a cancel on. */
  public <T> Flux<Packed<T>> packs(Flux<T> items, Function<T, List<ScoredSequence>> sequences) {
    return Flux.defer(() -> {
      Packing<T> packing = new Packing<>(sequences);
      return items.bufferUntil(packing::isFull, true).map(packing::pack);
    });
  }

  /** Where the current pack stands; one for each subscriber. */
  private final class Packing<T> {
    private final Function<T, List<ScoredSequence>> sequences;
    private final List<ScoredSequence> current = new ArrayList<>();

    Packing(Function<T, List<ScoredSequence>> sequences) {
      this.sequences = sequences;
    }

    /** Whether this item opens the next pack. */
    boolean isFull(T item) {
      List<ScoredSequence> next = sequences.apply(item);
      List<ScoredSequence> together = new ArrayList<>(current);
      together.addAll(next);
      if (current.isEmpty() || fits(current, next, together)) {
        current.addAll(next);
        return false;
      }
      current.clear();
      current.addAll(next);
      return true;
    }

    private boolean fits(
        List<ScoredSequence> before, List<ScoredSequence> next, List<ScoredSequence> together) {
      int longest = together.stream().mapToInt(ScoredSequence::inputs).max().orElse(0);
      int size = new PromptPack(together).size();
      // A sequence of so many tokens reads one less.
      if (longest + 1 >= capacity) {
        int shared = new PromptPack(before).size() + new PromptPack(next).size() - size;
        return shared > 1 && size <= 2 * longest;
      }
      return size <= Math.max(capacity, 2 * longest);
    }

    Packed<T> pack(List<T> items) {
      List<ScoredSequence> all = items.stream().flatMap(i -> sequences.apply(i).stream()).toList();
      return new Packed<>(items, new PromptPack(all));
    }
  }
}
