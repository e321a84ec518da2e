package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.TokenScores;
import dev.sluice.harness.variant.Variant;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/** Streams packs of sequences through a set of variants and their log-likelihoods out. */
public final class SequenceScorer implements AutoCloseable {
  private final Wavefront wavefront;
  private final BoundaryCache cache = new BoundaryCache(0);
  private final Lanes lanes;

  public SequenceScorer(
      Engine engine, int sublayers, Wavefront.Limits limits, Evaluator.Room room) {
    this(engine, sublayers, limits, room, Instruments.NONE);
  }

  public SequenceScorer(
      Engine engine,
      int sublayers,
      Wavefront.Limits limits,
      Evaluator.Room room,
      Instruments instruments) {
    this.wavefront = new Wavefront(engine, sublayers, cache, limits, instruments);
    this.lanes = new Lanes(room, cache, instruments, Instruments.Stage.PACKS);
  }

  /**
   * What the variants say of one pack.
   *
   * @param variants one for each variant, in their order
   */
  public record Scored<T>(PromptPacker.Packed<T> packed, List<TokenScores> variants) {
    public Scored {
      variants = List.copyOf(variants);
    }
  }

  /**
   * The scores of each pack, in their order. Cold; emits on a lane's thread, which is no place to
   * block; holds a few packs besides those being run.
   *
   * @param variants whom to ask about a pack, without repetition; perhaps nobody
   */
  public <T> Flux<Scored<T>> score(
      Flux<PromptPacker.Packed<T>> packs,
      Function<PromptPacker.Packed<T>, List<Variant>> variants) {
    return lanes.map(
        packs,
        packed ->
            new Scored<>(
                packed,
                lanes.sliced(
                    variants.apply(packed),
                    slice ->
                        wavefront.score(packed.pack().batch(), slice, packed.pack().targets()))));
  }

  /** Sublayers run so far. */
  public long passes() {
    return wavefront.passes();
  }

  /** Sublayers that one forward pass a variant would have run. */
  public long naivePasses() {
    return wavefront.naivePasses();
  }

  /** Waits for packs in flight. */
  @Override
  public void close() {
    lanes.close();
    cache.close();
  }
}
