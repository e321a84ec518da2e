package dev.sluice.harness.answers;

import dev.sluice.harness.engine.TokenScores;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.evaluation.Passage;
import dev.sluice.harness.evaluation.PromptPack;
import dev.sluice.harness.evaluation.PromptPacker;
import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.harness.evaluation.SequenceScorer;
import dev.sluice.harness.variant.Variant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Puts items to a set of variants together, and every answer into a journal before it is told.
 * Variants that the journal has answers of are not asked again.
 */
public final class Examiner implements AutoCloseable {
  /** Packs whose answers may wait for the disk. */
  private static final int PACKS_TO_KEEP = 16;

  private final SequenceScorer scorer;
  private final PromptPacker packer;
  private final AnswerKey.Identity identity;
  private final AnswerJournal journal;
  private final Instruments instruments;
  private final Scheduler writer = Schedulers.newSingle("answers", true);
  private final LongAdder asked = new LongAdder();
  private final LongAdder computed = new LongAdder();

  /** All arguments stay the caller's. */
  public Examiner(
      SequenceScorer scorer,
      PromptPacker packer,
      AnswerKey.Identity identity,
      AnswerJournal journal) {
    this(scorer, packer, identity, journal, Instruments.NONE);
  }

  /** All arguments stay the caller's. */
  public Examiner(
      SequenceScorer scorer,
      PromptPacker packer,
      AnswerKey.Identity identity,
      AnswerJournal journal,
      Instruments instruments) {
    this.scorer = scorer;
    this.packer = packer;
    this.identity = identity;
    this.journal = journal;
    this.instruments = instruments;
  }

  /** An item, what is known of it, and who is still to be asked. */
  private record Open<T>(Encoded<T> encoded, Map<AnswerKey, Answer> known, List<Variant> missing) {}

  /**
   * The answers to each item, in their order. Cold; emits on the thread that writes the journal.
   *
   * @param variants without repetition
   */
  public <T> Flux<Answers<T>> answers(Flux<Encoded<T>> items, List<Variant> variants) {
    Flux<PromptPacker.Packed<Open<T>>> packs =
        items
            .map(encoded -> open(encoded, variants))
            .windowUntilChanged(Open::missing)
            .concatMap(same -> packer.packs(same, open -> open.encoded().sequences()));
    return Flux.defer(() -> {
      Passage passage = new Passage(instruments, Instruments.Stage.ANSWERS);
      return passage.out(
          passage
              .in(scorer.score(packs, packed -> packed.items().getFirst().missing()))
              .publishOn(writer, PACKS_TO_KEEP)
              .doOnNext(scored -> passage.taken())
              .concatMapIterable(scored -> answers(scored, variants)));
    });
  }

  private <T> Open<T> open(Encoded<T> encoded, List<Variant> variants) {
    List<AnswerKey> keys = new ArrayList<>();
    variants.forEach(v -> encoded.sequences().forEach(s -> keys.add(identity.of(v, s))));
    Map<AnswerKey, Answer> known = journal.find(keys);
    List<Variant> missing =
        variants.stream()
            .filter(v ->
                encoded.sequences().stream().anyMatch(s -> !known.containsKey(identity.of(v, s))))
            .toList();
    return new Open<>(encoded, known, missing);
  }

  private <T> List<Answers<T>> answers(
      SequenceScorer.Scored<Open<T>> scored, List<Variant> variants) {
    List<Open<T>> opened = scored.packed().items();
    PromptPack pack = scored.packed().pack();
    List<Variant> missing = opened.getFirst().missing();
    Map<AnswerKey, Answer> fresh = new HashMap<>();
    int sequence = 0;
    for (Open<T> open : opened) {
      for (int i = 0; i < open.encoded().sequences().size(); i++) {
        for (int v = 0; v < missing.size(); v++) {
          TokenScores said = scored.variants().get(v);
          fresh.put(
              identity.of(missing.get(v), open.encoded().sequences().get(i)),
              new Answer(
                  pack.logLikelihood(said, sequence),
                  pack.greedy(said, sequence),
                  pack.squares(said, sequence)));
        }
        sequence++;
      }
    }
    long begun = System.nanoTime();
    journal.keep(fresh);
    instruments.journalled(System.nanoTime() - begun);
    count(opened, pack, missing.size());
    return opened.stream().map(open -> told(open, fresh, variants)).toList();
  }

  private <T> void count(List<Open<T>> items, PromptPack pack, int variants) {
    long tokens = (long) pack.size() * variants;
    computed.add(tokens);
    instruments.scored((long) pack.sequences() * variants, tokens);
    items.forEach(
        open -> open.encoded().sequences().forEach(s -> asked.add((long) s.inputs() * variants)));
  }

  private <T> Answers<T> told(Open<T> open, Map<AnswerKey, Answer> fresh, List<Variant> variants) {
    Map<Variant, List<Answer>> byVariant = new LinkedHashMap<>();
    for (Variant variant : variants) {
      List<Answer> answers = new ArrayList<>();
      open.encoded()
          .sequences()
          .forEach(s -> {
            AnswerKey key = identity.of(variant, s);
            Answer known = open.known().get(key);
            answers.add(known == null ? fresh.get(key) : known);
          });
      byVariant.put(variant, answers);
    }
    List<Integer> scored = open.encoded().sequences().stream().map(ScoredSequence::scored).toList();
    return new Answers<>(open.encoded().item(), scored, byVariant);
  }

  /** Tokens that a request-by-request evaluation of what was asked would have computed. */
  public long tokensAsked() {
    return asked.sum();
  }

  /** Tokens that were computed. */
  public long tokensComputed() {
    return computed.sum();
  }

  @Override
  public void close() {
    writer.dispose();
  }
}
