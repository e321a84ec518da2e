package dev.sluice.harness.profile;

import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.scorers.TaylorScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streams batches forwards and backwards through the intact model for the Taylor criterion of every
 * sublayer (compared with others in arXiv 2411.15558).
 *
 * <p>All boundaries of one batch are alive together, and the summed gradients of a group of sublayers.
 * The gradient is exact; the criterion takes absolute values of the products of weights and the
 * gradient over all prompts, not of each prompt's.
 */
public final class TaylorProfiler implements AutoCloseable {
  private final Engine engine;
  private final int sublayers;
  private final Limits limits;
  private final DepthLanes lanes;

  /**
   * What is held at once.
   *
   * @param group sublayers whose gradients are summed in one pass over the prompts; fewer need less
   *     memory and more passes, and change nothing else
   * @param chunkRows positions whose logits are alive
   */
  public record Limits(int group, int chunkRows) {
    public Limits {
      if (group < 1 || chunkRows < 1) {
        throw new IllegalArgumentException(
            "group " + group + " and chunkRows " + chunkRows + " must be positive");
      }
    }
  }

  /**
   * @param engine stays the caller's
   * @param sublayers of its model, 2L
   */
  public TaylorProfiler(Engine engine, int sublayers, Limits limits) {
    this(engine, sublayers, limits, Instruments.NONE);
  }

  public TaylorProfiler(Engine engine, int sublayers, Limits limits, Instruments instruments) {
    this.engine = engine;
    this.sublayers = sublayers;
    this.limits = limits;
    this.lanes = new DepthLanes(engine, sublayers, 1, instruments);
  }

  /**
   * The scores of all sublayers; NaN where no row has a next token. Cold; subscribes to the batches once a
   * group; emits on a lane's thread.
   */
  public Mono<TaylorScores> scores(Flux<TokenBatch> batches) {
    return Flux.range(0, groups())
        .map(this::group)
        .concatMap(group -> pass(batches, group), 1)
        .collectList()
        .map(TaylorProfiler::joined);
  }

  /** Sublayers that are run for each batch, forward and back, all groups together. */
  public long passes() {
    return IntStream.range(0, groups())
        .mapToObj(this::group)
        .mapToLong(group -> 2L * sublayers - group.getFirst().index())
        .sum();
  }

  private int groups() {
    return Math.ceilDiv(sublayers, limits.group());
  }

  /** The last groups first: they need the shortest way back. */
  private List<Sublayer> group(int number) {
    int end = sublayers - number * limits.group();
    return IntStream.range(Math.max(0, end - limits.group()), end).mapToObj(Sublayer::at).toList();
  }

  private Mono<TaylorScores> pass(Flux<TokenBatch> batches, List<Sublayer> group) {
    return Mono.using(
        () -> new Pass(group),
        pass -> lanes.map(batches, pass::back).then(Mono.fromCallable(pass::scores)),
        Pass::close);
  }

  /** One group's way through all prompts. Closing waits for the batch in flight. */
  private final class Pass implements AutoCloseable {
    private final List<Sublayer> group;
    private final Engine.Gradients gradients;
    private long predictions;
    private boolean closed;

    Pass(List<Sublayer> group) {
      this.group = group;
      this.gradients = engine.gradients(group);
    }

    /** Runs on a lane; does nothing for a batch that comes after a cancel. */
    synchronized TokenBatch back(List<HiddenState> states, TokenBatch batch) {
      if (closed) {
        return batch;
      }
      HiddenState gradient = gradients.ofLoss(states.getLast(), batch, limits.chunkRows());
      for (int p = sublayers - 1; p >= group.getFirst().index(); p--) {
        try (HiddenState behind = gradient) {
          gradient = gradients.through(Sublayer.at(p), states.get(p), behind);
        }
      }
      gradient.close();
      predictions += Arrays.stream(batch.targets()).filter(y -> y != TokenBatch.NO_TARGET).count();
      return batch;
    }

    synchronized TaylorScores scores() {
      return new TaylorScores(
          predictions,
          gradients.loss() / predictions,
          group.stream().map(s -> gradients.taylor(s) / predictions).toList());
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        gradients.close();
      }
    }
  }

  /** Groups come from the last to the first. */
  private static TaylorScores joined(List<TaylorScores> groups) {
    List<Double> scores = new ArrayList<>();
    groups.reversed().forEach(group -> scores.addAll(group.scores()));
    TaylorScores any = groups.getFirst();
    return new TaylorScores(any.predictions(), any.loss(), scores);
  }

  /** Waits for the batch in flight. */
  @Override
  public void close() {
    lanes.close();
  }
}
