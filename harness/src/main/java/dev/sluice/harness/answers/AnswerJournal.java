package dev.sluice.harness.answers;

import java.util.Collection;
import java.util.Map;

/** Where answers are durable, so that an evaluation that is killed goes on where it was. */
public interface AnswerJournal extends AutoCloseable {

  /** The answers that are there already. */
  Map<AnswerKey, Answer> find(Collection<AnswerKey> keys);

  /** Keep answers: all of them are on the disk when this returns. */
  void keep(Map<AnswerKey, Answer> answers);

  @Override
  void close();
}
