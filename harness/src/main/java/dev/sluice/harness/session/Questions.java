package dev.sluice.harness.session;

import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.answers.AnswerJournal;
import dev.sluice.harness.answers.AnswerKey;
import dev.sluice.harness.answers.Examiner;
import dev.sluice.harness.answers.ItemEncoder;
import dev.sluice.harness.answers.RequestTokens;
import dev.sluice.harness.answers.SpecialTokens;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.evaluation.MemoryPlan;
import dev.sluice.harness.evaluation.PromptPacker;
import dev.sluice.harness.evaluation.SequenceScorer;
import dev.sluice.harness.evaluation.Wavefront;

/** What it takes to put a task's items to an open model; all that is opened is closed with the rest. */
record Questions(OpenModel model, Opened opened, Instruments instruments) {
  /** Tokens of a pack to keep memory for: few prompts have over 2,000, whatever the model reads. */
  private static final int LONG_PACK = 4096;

  /** Token positions in the largest pack that memory is kept for. */
  int positions(int batchTokens) {
    return Math.max(batchTokens, Math.min(2 * model.config().context(), LONG_PACK));
  }

  ItemEncoder encoder(ScoringMode mode) {
    return new ItemEncoder(
        new RequestTokens(
            opened.add(model.tokenizer()),
            SpecialTokens.of(model.checkpoint().folder()),
            model.config().context(),
            mode));
  }

  SequenceScorer scorer(TorchEngine engine, MemoryPlan memory, int stack) {
    return opened.add(
        new SequenceScorer(
            engine,
            model.config().sublayers(),
            new Wavefront.Limits(stack, memory.chunkRows()),
            new Evaluator.Room(memory.lanes(), memory.variants()),
            instruments));
  }

  /**
   * @param batchTokens tokens of one pack
   * @param journal is closed with the rest
   */
  Examiner examiner(
      SequenceScorer scorer, int batchTokens, AnswerKey.Identity identity, AnswerJournal journal) {
    return opened.add(
        new Examiner(
            scorer, new PromptPacker(batchTokens), identity, opened.add(journal), instruments));
  }
}
