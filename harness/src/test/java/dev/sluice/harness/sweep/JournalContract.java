package dev.sluice.harness.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every journal promises. */
public abstract class JournalContract {
  private final List<SweepEvent> sample = SampleSweeps.finished();

  /** Open one and the same sweep; each journal is closed before the next is opened. */
  protected abstract Journal open();

  @Test
  void isEmptyBeforeTheSweepStarts() {
    try (Journal journal = open()) {
      assertThat(journal.replay()).isEmpty();
    }
  }

  @Test
  void replaysWhatWasAppendedInOrder() {
    try (Journal journal = open()) {
      for (int i = 0; i < sample.size(); i++) {
        journal.append(sample.get(i));
        assertThat(journal.replay())
            .as("after event %d", i + 1)
            .isEqualTo(sample.subList(0, i + 1));
      }
    }
  }

  @Test
  void keepsEventsWhenClosedAndOpenedAfterEach() {
    for (int i = 0; i < sample.size(); i++) {
      try (Journal journal = open()) {
        assertThat(journal.replay()).isEqualTo(sample.subList(0, i));
        journal.append(sample.get(i));
      }
    }
    try (Journal journal = open()) {
      assertThat(journal.replay()).isEqualTo(sample);
    }
  }

  @Test
  void replaysASnapshot() {
    try (Journal journal = open()) {
      journal.append(sample.getFirst());
      List<SweepEvent> before = journal.replay();
      journal.append(sample.get(1));
      assertThat(before).containsExactly(sample.getFirst());
    }
  }

  @Test
  void refusesASecondStartAndAnyOtherBeginning() {
    try (Journal journal = open()) {
      assertThatIllegalArgumentException().isThrownBy(() -> journal.append(sample.get(1)));
      journal.append(sample.getFirst());
      assertThatIllegalArgumentException().isThrownBy(() -> journal.append(sample.getFirst()));
      assertThat(journal.replay()).containsExactly(sample.getFirst());
    }
  }

  @Test
  void refusesToScoreACandidateTwiceInAStepAndKeepsNothingOfThatSlice() {
    TrialsScored slice = (TrialsScored) sample.get(1);
    try (Journal journal = open()) {
      journal.append(sample.getFirst());
      journal.append(new TrialsScored(slice.trials().subList(1, 2), Cost.NONE));
      List<SweepEvent> before = journal.replay();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> journal.append(slice))
          .withMessageContaining(slice.trials().get(1).candidate().name());
      assertThat(journal.replay()).isEqualTo(before);
      journal.append(new TrialsScored(slice.trials().subList(0, 1), Cost.NONE));
      assertThat(journal.replay()).hasSize(3);
    }
  }

  @Test
  void takesASliceWithoutTrials() {
    try (Journal journal = open()) {
      journal.append(sample.getFirst());
      journal.append(new TrialsScored(List.of(), Cost.NONE));
      assertThat(journal.replay()).hasSize(2);
    }
  }

  @Test
  void isUselessOnceClosedAndMayBeClosedTwice() {
    Journal journal = open();
    journal.close();
    journal.close();
    assertThatIllegalStateException().isThrownBy(journal::replay);
    assertThatIllegalStateException().isThrownBy(() -> journal.append(sample.getFirst()));
  }
}
