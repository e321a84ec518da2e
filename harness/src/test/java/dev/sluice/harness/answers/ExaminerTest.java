package dev.sluice.harness.answers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.PromptPacker;
import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.harness.evaluation.SequenceScorer;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.journal.AnswerFile;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Questions, variants and the journal between them. */
class ExaminerTest {
  private static final Variant CUT = Variant.cutting(Sublayer.at(2));
  private static final Variant OTHER = Variant.cutting(Sublayer.at(1));
  private static final AnswerKey.Identity IDENTITY =
      new AnswerKey.Identity("weights", "float32", "engine 1");

  @TempDir private Path folder;
  private Checkpoint checkpoint;
  private TorchEngine engine;
  private SequenceScorer scorer;

  @BeforeEach
  void open() {
    checkpoint =
        Checkpoint.open(TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.llama()));
    engine =
        TorchEngine.open(
            checkpoint,
            new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1)));
    scorer =
        new SequenceScorer(
            engine,
            checkpoint.config().sublayers(),
            new Wavefront.Limits(1, 16),
            new Evaluator.Room(2, 8));
  }

  @AfterEach
  void close() {
    scorer.close();
    engine.close();
    checkpoint.close();
  }

  /** Four choices a question, which share six tokens. */
  private static List<Encoded<Integer>> questions(int count) {
    Random random = new Random(5);
    return IntStream.range(0, count)
        .mapToObj(i -> {
          int[] context = random.ints(6, 0, 200).toArray();
          List<ScoredSequence> choices =
              IntStream.range(0, 4)
                  .mapToObj(c ->
                      IntStream.concat(IntStream.of(context), random.ints(2, 0, 200)).toArray())
                  .map(tokens -> new ScoredSequence(tokens, 2))
                  .toList();
          return new Encoded<>(i, choices);
        })
        .toList();
  }

  private Examiner asking(AnswerKey.Identity identity, AnswerJournal journal) {
    return new Examiner(scorer, new PromptPacker(40), identity, journal);
  }

  private static List<Answers<Integer>> all(Examiner asking, int count, Variant... variants) {
    return requireNonNull(
        asking
            .answers(Flux.fromIterable(questions(count)), List.of(variants))
            .collectList()
            .block());
  }

  @Test
  void whatTheJournalHoldsIsNotAskedAgain() {
    List<Answers<Integer>> first;
    try (AnswerFile journal = AnswerFile.in(folder);
        Examiner asking = asking(IDENTITY, journal)) {
      first = all(asking, 20, Variant.intact(), CUT);
      assertThat(first).extracting(Answers::item).hasSize(20).isSorted();
      assertThat(asking.tokensAsked()).isEqualTo(20 * 4 * 7 * 2);
      assertThat(asking.tokensComputed()).isBetween(20 * 8 * 2L, 20 * 10 * 2L);
    }
    try (AnswerFile journal = AnswerFile.in(folder);
        Examiner asking = asking(IDENTITY, journal)) {
      assertThat(all(asking, 20, Variant.intact(), CUT)).isEqualTo(first);
      assertThat(asking.tokensComputed()).as("all of it is known").isZero();
      List<Answers<Integer>> more = all(asking, 20, CUT, OTHER);
      assertThat(more.getFirst().of(CUT)).isEqualTo(first.getFirst().of(CUT));
      assertThat(more.getFirst().of(OTHER)).isNotEqualTo(first.getFirst().of(CUT));
      assertThat(asking.tokensComputed()).as("only the new variant").isLessThan(20 * 10);
    }
  }

  @Test
  void anAnswerIsNeverTakenForThatOfAnotherModelOrType() {
    try (AnswerFile journal = AnswerFile.in(folder)) {
      for (AnswerKey.Identity identity :
          List.of(
              IDENTITY,
              new AnswerKey.Identity("other", "float32", "engine 1"),
              new AnswerKey.Identity("weights", "bfloat16", "engine 1"),
              new AnswerKey.Identity("weights", "float32", "engine 2"))) {
        try (Examiner asking = asking(identity, journal)) {
          all(asking, 5, CUT);
          assertThat(asking.tokensComputed()).as("%s", identity).isPositive();
        }
      }
    }
  }

  @Test
  void whatWasToldBeforeAFailureIsKept() {
    try (AnswerFile journal = AnswerFile.in(folder)) {
      try (Examiner asking = asking(IDENTITY, failing(journal, 2))) {
        assertThatThrownBy(() -> all(asking, 20, CUT)).hasMessage("disk full");
      }
      try (Examiner asking = asking(IDENTITY, journal)) {
        all(asking, 20, CUT);
        assertThat(asking.tokensAsked())
            .as("two packs of several questions were kept")
            .isLessThanOrEqualTo((20 - 4) * 4 * 7);
      }
    }
  }

  private static AnswerJournal failing(AnswerJournal journal, int keeps) {
    return new AnswerJournal() {
      private int kept;

      @Override
      public Map<AnswerKey, Answer> find(Collection<AnswerKey> keys) {
        return journal.find(keys);
      }

      @Override
      public void keep(Map<AnswerKey, Answer> answers) {
        if (kept++ == keeps) {
          throw new PrerequisiteException("disk full");
        }
        journal.keep(answers);
      }

      @Override
      public void close() {}
    };
  }
}
