package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TokenScores;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** Sequences scored in a tree against each of them scored alone. */
class PromptPackTest {
  private static final int VOCABULARY = 200;

  @TempDir private Path folder;

  static Stream<TinySpec> families() {
    return TinyCheckpoints.all().stream();
  }

  /** Random sequences that begin like earlier ones, or are the same but for the end. */
  private static List<int[]> sequences(Random random, int count) {
    List<int[]> all = new ArrayList<>();
    while (all.size() < count) {
      int[] from = all.isEmpty() ? new int[] {1} : all.get(random.nextInt(all.size()));
      int shared = 1 + random.nextInt(from.length);
      int[] own = random.ints(1 + random.nextInt(20), 0, VOCABULARY).toArray();
      all.add(IntStream.concat(IntStream.of(from).limit(shared), IntStream.of(own)).toArray());
    }
    return all;
  }

  private static ScoredSequence scored(Random random, int[] tokens) {
    return new ScoredSequence(tokens, 1 + random.nextInt(tokens.length - 1));
  }

  private static TorchEngine engine(Checkpoint checkpoint) {
    return TorchEngine.open(
        checkpoint,
        new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1)));
  }

  @ParameterizedTest
  @MethodSource("families")
  void aTreeGivesWhatEachSequenceGivesAlone(TinySpec spec) {
    List<Variant> variants =
        List.of(
            Variant.cutting(Sublayer.at(1)),
            Variant.intact(),
            Variant.cutting(Sublayer.at(0), Sublayer.at(3)));
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec));
        TorchEngine engine = engine(checkpoint);
        SequenceScorer scorer =
            new SequenceScorer(
                engine,
                checkpoint.config().sublayers(),
                new Wavefront.Limits(1, 7),
                new Evaluator.Room(2, 2))) {
      Random random = new Random(spec.family().hashCode());
      List<int[]> tokens = sequences(random, 40);
      List<ScoredSequence> asked = tokens.stream().map(t -> scored(random, t)).toList();
      Flux<PromptPacker.Packed<ScoredSequence>> packs =
          new PromptPacker(96).packs(Flux.fromIterable(asked), List::of);
      int next = 0;
      for (SequenceScorer.Scored<ScoredSequence> pack :
          scorer.score(packs, pack -> variants).toIterable()) {
        for (int i = 0; i < pack.packed().items().size(); i++) {
          for (int v = 0; v < variants.size(); v++) {
            requireSame(
                engine,
                checkpoint,
                variants.get(v),
                tokens.get(next),
                asked.get(next),
                pack.packed().pack(),
                i,
                pack.variants().get(v));
          }
          next++;
        }
      }
      assertThat(next).isEqualTo(tokens.size());
      assertThat(engine.liveStates()).isZero();
    }
  }

  private static void requireSame(
      TorchEngine engine,
      Checkpoint checkpoint,
      Variant variant,
      int[] tokens,
      ScoredSequence asked,
      PromptPack pack,
      int place,
      TokenScores actual) {
    TokenBatch alone =
        new TokenBatch(0, List.of(IntStream.of(tokens).limit(tokens.length - 1).toArray()));
    float[][] logits = Forward.logits(engine, checkpoint.config(), alone, variant);
    double sum = 0;
    boolean greedy = true;
    for (int t = tokens.length - 1 - asked.scored(); t < tokens.length - 1; t++) {
      double max = Double.NEGATIVE_INFINITY;
      int best = 0;
      for (int v = 0; v < logits[t].length; v++) {
        best = logits[t][v] > max ? v : best;
        max = Math.max(max, logits[t][v]);
      }
      double total = 0;
      for (float logit : logits[t]) {
        total += Math.exp(logit - max);
      }
      sum += logits[t][tokens[t + 1]] - max - Math.log(total);
      greedy &= best == tokens[t + 1];
    }
    assertThat(pack.logLikelihood(actual, place)).as("%s", variant).isCloseTo(sum, within(2e-4));
    assertThat(pack.greedy(actual, place)).as("%s", variant).isEqualTo(greedy);
  }

  @Test
  void whatIsSharedIsComputedOnce() {
    ScoredSequence first = new ScoredSequence(new int[] {1, 5, 6, 7, 8}, 1);
    ScoredSequence second = new ScoredSequence(new int[] {1, 5, 6, 7, 9}, 1);
    ScoredSequence third = new ScoredSequence(new int[] {1, 5, 4, 4}, 2);
    ScoredSequence apart = new ScoredSequence(new int[] {2, 5, 6}, 1);
    PromptPack pack = new PromptPack(List.of(first, second, third, apart));
    assertThat(pack.size()).as("1 5 6 7, 4, and 2 5").isEqualTo(7);
    assertThat(pack.sequences()).isEqualTo(4);
  }

  @Test
  void longSequencesShareAPackOnlyWithWhatTheyShare() {
    int[] first = IntStream.range(0, 40).toArray();
    int[] related = first.clone();
    related[39] = 99;
    int[] other = IntStream.range(50, 90).toArray();
    other[0] = first[0];
    List<ScoredSequence> all =
        Stream.of(first, related, other).map(tokens -> new ScoredSequence(tokens, 1)).toList();
    assertThat(
            new PromptPacker(40)
                .packs(Flux.fromIterable(all), List::of)
                .map(packed -> packed.items().size())
                .toIterable())
        .containsExactly(2, 1);
  }

  @Test
  void packsKeepToTheirCapacityAndItemsStayWhole() {
    for (long seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      List<ScoredSequence> all =
          sequences(random, 30).stream().map(t -> scored(random, t)).toList();
      int capacity = 10 + random.nextInt(60);
      List<ScoredSequence> seen = new ArrayList<>();
      for (PromptPacker.Packed<ScoredSequence> packed :
          new PromptPacker(capacity).packs(Flux.fromIterable(all), List::of).toIterable()) {
        int longest = packed.items().stream().mapToInt(ScoredSequence::inputs).max().orElseThrow();
        assertThat(packed.pack().size() <= Math.max(capacity, 2 * longest))
            .as("seed %d", seed)
            .isTrue();
        assertThat(packed.pack().sequences()).isEqualTo(packed.items().size());
        seen.addAll(packed.items());
      }
      assertThat(seen).as("seed %d", seed).containsExactlyElementsOf(all);
    }
  }
}
