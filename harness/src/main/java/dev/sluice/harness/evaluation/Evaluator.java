package dev.sluice.harness.evaluation;

import static java.util.Objects.requireNonNull;

import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streams batches through a set of variants and their scores out. Each lane is a thread that runs one
 * batch's native calls; demand comes from the lanes.
 */
public final class Evaluator implements AutoCloseable {
  /** Batches that wait for a lane, so that none waits for the tokeniser. */
  static final int PREFETCH = Lanes.PREFETCH;

  private final Wavefront wavefront;
  private final Lanes lanes;
  private final Instruments instruments;

  /**
   * What runs side by side.
   *
   * @param lanes batches at once, each on a thread of its own
   * @param variants that fit into a lane's memory together, the intact model not counted; more are
   *     evaluated in several passes over a batch
   */
  public record Room(int lanes, int variants) {
    public Room {
      if (lanes < 1 || variants < 1) {
        throw new IllegalArgumentException(
            "lanes " + lanes + " and variants " + variants + " must be positive");
      }
    }
  }

  /**
   * What is to be evaluated.
   *
   * @param variants without repetition
   * @param measures to compute for each
   * @param batches cold; a sound race subscribes several times
   * @param race drops hopeless variants by the first measure; empty scores all to the end
   */
  public record Request(
      List<Variant> variants,
      List<Measure> measures,
      Flux<TokenBatch> batches,
      Optional<Race> race) {
    public Request {
      variants = List.copyOf(variants);
      measures = List.copyOf(measures);
    }

    public static Request of(
        List<Variant> variants, List<Measure> measures, Flux<TokenBatch> batches) {
      return new Request(variants, measures, batches, Optional.empty());
    }
  }

  public Evaluator(
      Engine engine, int sublayers, BoundaryCache cache, Wavefront.Limits limits, Room room) {
    this(new Wavefront(engine, sublayers, cache, limits), cache, room, Instruments.NONE);
  }

  /**
   * @param cache the wavefront's
   */
  public Evaluator(Wavefront wavefront, BoundaryCache cache, Room room, Instruments instruments) {
    this.wavefront = wavefront;
    this.lanes = new Lanes(room, cache, instruments, Instruments.Stage.BATCHES);
    this.instruments = instruments;
  }

  /**
   * The scores after each batch, the last being final; empty if there is no batch.
   *
   * <p>Cold. Batches count in their order, whichever lane was first, so that the same numbers come from
   * any number of lanes; so does a race, which disregards what lanes computed ahead of its decisions.
   * Emits on a lane's thread, holds at most {@value #PREFETCH} batches besides those being run. A cancel
   * stops reading at once; batches in flight end and their states are freed.
   */
  public Flux<Evaluation> evaluate(Request request) {
    return evaluate(request, 0);
  }

  /**
   * @param told rows at the beginning that the instruments have been told of
   */
  private Flux<Evaluation> evaluate(Request request, int told) {
    return Flux.defer(() -> {
      Running running = new Running(request, told);
      return running.race instanceof SoundRace && request.variants().size() > 1
          ? piloted(running)
          : measured(request.batches(), running).map(running::add);
    });
  }

  private Flux<Measured> measured(Flux<TokenBatch> batches, Running running) {
    return lanes.map(batches, running::measure);
  }

  /**
   * A sound race is short if a good score to beat is there early: after one batch of all variants the
   * leader is evaluated to the end, then the others go on as long as they may still beat it. Other
   * lanes run ahead meanwhile, which changes no decision.
   */
  private Flux<Evaluation> piloted(Running running) {
    Flux<TokenBatch> batches = running.request.batches();
    return measured(batches.take(lanes.count()), running)
        .collectList()
        .flatMapMany(pilot -> {
          Flux<Evaluation> first = Flux.fromIterable(pilot).take(1).map(running::add);
          Flux<Evaluation> leader = Flux.defer(() -> finish(running));
          Flux<Evaluation> others = Flux.fromIterable(pilot).skip(1).map(running::add);
          Flux<Evaluation> rest = measured(batches.skip(lanes.count()), running).map(running::add);
          return Flux.concat(first, leader, others, rest);
        });
  }

  /** Evaluate the leader to the end, unless it is dropped already. */
  private Flux<Evaluation> finish(Running running) {
    return Mono.justOrEmpty(running.leader())
        .flatMap(leader -> {
          Request alone =
              Request.of(List.of(leader), running.request.measures(), running.request.batches());
          return evaluate(alone, running.rows).last().map(end -> running.finished(leader, end));
        })
        .flux();
  }

  /** Sublayers run so far. */
  public long passes() {
    return wavefront.passes();
  }

  /** Sublayers that one forward pass a variant would have run. */
  public long naivePasses() {
    return wavefront.naivePasses();
  }

  /** Waits for batches in flight. */
  @Override
  public void close() {
    lanes.close();
  }

  /**
   * What a lane made of a batch.
   *
   * @param variants that were run
   * @param values of each, {@code [measures][B * T]}
   */
  private record Measured(TokenBatch batch, List<Variant> variants, List<float[][]> values) {
    float[][] of(Variant variant) {
      return values.get(variants.indexOf(variant));
    }
  }

  /** The scores of one subscriber's stream. */
  private final class Running {
    private final Request request;
    private final Map<Variant, RunningScores> scores = new LinkedHashMap<>();
    private volatile Set<Variant> dropped = Set.of();
    private volatile Map<Variant, List<Score>> finished = Map.of();
    private @Nullable Race race;
    private int rows;
    private long positions;
    private final int told;

    Running(Request request, int told) {
      this.request = request;
      this.told = told;
      this.race = request.race().orElse(null);
      request.variants().forEach(v -> scores.put(v, new RunningScores(request.measures())));
    }

    /** Runs on a lane, beside others. */
    Measured measure(TokenBatch batch) {
      List<Variant> racing = racing(request.variants());
      return new Measured(
          batch,
          racing,
          lanes.sliced(racing, slice -> List.of(wavefront.run(batch, slice, request.measures()))));
    }

    private List<Variant> racing(List<Variant> variants) {
      Set<Variant> out = dropped;
      Map<Variant, List<Score>> done = finished;
      return variants.stream().filter(v -> !out.contains(v) && !done.containsKey(v)).toList();
    }

    /** Runs for one batch after the other. */
    Evaluation add(Measured measured) {
      TokenBatch batch = measured.batch();
      List<Variant> racing = racing(measured.variants());
      for (Variant variant : racing) {
        running(variant).add(batch, measured.of(variant));
        if (batch.firstRow() >= told) {
          running(variant).tell(batch, variant, instruments);
        }
      }
      rows += batch.rows();
      long tokens = 0;
      for (int row = 0; row < batch.rows(); row++) {
        tokens += batch.length(row) * (long) racing.size();
      }
      positions += tokens;
      instruments.scored(batch.rows() * (long) racing.size(), tokens);
      return evaluation();
    }

    /** Decides the race by what is known, and tells it. */
    private Evaluation evaluation() {
      Map<Variant, List<Score>> soFar = new LinkedHashMap<>();
      scores.forEach(
          (v, s) -> soFar.put(v, finished.containsKey(v) ? finished.get(v) : s.scores()));
      if (race != null) {
        Set<Variant> all = new LinkedHashSet<>(dropped);
        all.addAll(race.hopeless(objective(soFar)));
        dropped = Set.copyOf(all);
      }
      return new Evaluation(rows, positions, soFar, dropped);
    }

    private Map<Variant, Score> objective(Map<Variant, List<Score>> soFar) {
      Map<Variant, Score> objective = new LinkedHashMap<>();
      racing(request.variants())
          .forEach(v -> objective.put(v, requireNonNull(soFar.get(v)).getFirst()));
      return objective;
    }

    /** Who leads, if anyone is left. */
    Optional<Variant> leader() {
      Map<Variant, Score> objective = new LinkedHashMap<>();
      racing(request.variants()).forEach(v -> objective.put(v, running(v).scores().getFirst()));
      return objective.isEmpty() ? Optional.empty() : Optional.of(SoundRace.leader(objective));
    }

    /** Take in one variant's final scores, which the others must beat from now on. */
    Evaluation finished(Variant leader, Evaluation end) {
      finished = Map.of(leader, end.scoresOf(leader));
      positions += end.positions();
      if (race instanceof SoundRace sound) {
        race = sound.against(end.scoresOf(leader).getFirst());
      }
      return evaluation();
    }

    private RunningScores running(Variant variant) {
      RunningScores running = scores.get(variant);
      if (running == null) {
        throw new IllegalStateException("no scores for " + variant);
      }
      return running;
    }
  }
}
