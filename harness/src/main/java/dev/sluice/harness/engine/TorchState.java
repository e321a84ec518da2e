package dev.sluice.harness.engine;

import ai.djl.pytorch.jni.IValue;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** A hidden state held by the tensor library. */
final class TorchState implements HiddenState {
  /**
   * The shape of a stack.
   *
   * @param members variants stacked
   * @param rows B, of each member
   * @param length T
   * @param bytes of the whole
   * @param tree how the row's tokens hang together, if not one after the other
   */
  record Extent(int members, int rows, int length, long bytes, Optional<TreeTables> tree) {
    Extent of(int count) {
      return new Extent(count, rows, length, bytes / members * count, tree);
    }
  }

  /**
   * What a block's FFN reads where that is not the state itself: parallel attention and FFN.
   *
   * @param tensor shaped as the state's
   */
  record BlockInput(int block, IValue tensor) {}

  /**
   * Rotations and masks of one token tree. Owned by the states that are computed with them: freed with
   * the last.
   */
  static final class TreeTables {
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

  private final IValue tensor;
  private final Extent extent;
  private final Optional<BlockInput> input;
  private final AtomicLong live;
  private final AtomicInteger owners = new AtomicInteger(1);

  TorchState(IValue tensor, Extent extent, AtomicLong live) {
    this(tensor, extent, Optional.empty(), live);
  }

  /**
   * @param tensor taken over
   * @param input taken over
   */
  TorchState(IValue tensor, Extent extent, Optional<BlockInput> input, AtomicLong live) {
    this.tensor = tensor;
    this.extent = extent;
    this.input = input;
    this.live = live;
    live.incrementAndGet();
    extent.tree().ifPresent(TreeTables::share);
  }

  Extent extent() {
    return extent;
  }

  IValue tensor() {
    if (owners.get() == 0) {
      throw new IllegalStateException("hidden state used after its last owner closed it");
    }
    return tensor;
  }

  /** What the last attention that the state passed left for the FFN of its block. */
  Optional<BlockInput> input() {
    return input;
  }

  /** What the FFN of a block reads. */
  IValue readBy(int block) {
    return input.filter(i -> i.block() == block).map(BlockInput::tensor).orElseGet(this::tensor);
  }

  @Override
  public int members() {
    return extent.members();
  }

  @Override
  public long bytes() {
    return input.isPresent() ? 2 * extent.bytes() : extent.bytes();
  }

  @Override
  public HiddenState share() {
    owners.incrementAndGet();
    return this;
  }

  @Override
  public void close() {
    int left = owners.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("hidden state closed more often than it was shared");
    }
    if (left == 0) {
      tensor.close();
      input.ifPresent(i -> i.tensor().close());
      live.decrementAndGet();
      extent.tree().ifPresent(TreeTables::release);
    }
  }
}
