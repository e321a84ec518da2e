package dev.sluice.harness.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.jobs.Job.State;
import dev.sluice.scorers.PrerequisiteException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class JobQueueTest {
  private final FakeStore store = new FakeStore();
  private final FakeRunner runner = new FakeRunner();
  private JobQueue jobs = JobQueue.open(store, runner);

  @AfterEach
  void close() {
    runner.untilStopped();
    jobs.close();
  }

  private Job submit(String name) {
    return submit(name, 0);
  }

  private Job submit(String name, int priority) {
    return jobs.submit(new JobRequest(Job.Kind.SWEEP, Map.of("name", name), priority));
  }

  /** Wait until a job is in a state, by its events. */
  private Job await(String name, State state) {
    String word = "\"state\":\"" + state.name().toLowerCase(Locale.ROOT) + "\"";
    jobs.events(name, Optional.empty())
        .filter(e -> e.type().equals("job") && e.data().contains(word))
        .blockFirst(Duration.ofSeconds(30));
    return jobs.get(name);
  }

  private JobStore.Kept kept(String name) {
    return Objects.requireNonNull(store.kept.get(name), name);
  }

  private List<String> names() {
    return jobs.list().stream().map(Job::name).toList();
  }

  private static void assertConflict(Runnable action, String... words) {
    assertThatExceptionOfType(JobConflictException.class)
        .isThrownBy(action::run)
        .withMessageContainingAll(words);
  }

  @Test
  void jobsGetTheDeviceByPriorityThenByTime() {
    submit("first");
    assertThat(runner.begun()).isEqualTo("first");
    submit("second");
    submit("third");
    submit("urgent", 5);
    submit("idle", -5);
    assertThat(names()).containsExactly("first", "urgent", "second", "third", "idle");

    for (int i = 0; i < 5; i++) {
      runner.done();
    }
    await("idle", State.DONE);
    assertThat(runner.turns).containsExactly("first", "urgent", "second", "third", "idle");
    assertThat(names()).as("the latest first").startsWith("idle").endsWith("first");
  }

  @Test
  void pausedJobGivesTheDeviceToTheNextAndResumesBehindItsEquals() {
    submit("a");
    runner.begun();
    submit("b");
    submit("c");
    assertThat(jobs.pause("a").state()).isEqualTo(State.PAUSING);
    assertThat(jobs.pause("a").state()).as("asked twice").isEqualTo(State.PAUSING);
    runner.untilStopped();
    await("a", State.PAUSED);
    assertThat(runner.begun()).isEqualTo("b");
    assertThat(jobs.resume("a").state()).isEqualTo(State.QUEUED);
    assertThat(names()).containsExactly("b", "c", "a");
    runner.done();
    runner.done();
    runner.done();
    await("a", State.DONE);
    assertThat(runner.turns).containsExactly("a", "b", "c", "a");
  }

  @Test
  void pausingCanBeTakenBack() {
    submit("a");
    runner.begun();
    jobs.pause("a");
    assertThat(jobs.resume("a").state()).isEqualTo(State.RUNNING);
    runner.untilStopped();
    assertThat(runner.begun()).as("it goes on at once").isEqualTo("a");
    assertThat(jobs.get("a").state()).isEqualTo(State.RUNNING);
    runner.done();
    await("a", State.DONE);
  }

  @Test
  void cancelledJobsStayCancelledUntilTheyAreResumed() {
    submit("a");
    runner.begun();
    submit("b");
    assertThat(jobs.cancel("b").state()).isEqualTo(State.CANCELLED);
    assertThat(jobs.cancel("a").state()).isEqualTo(State.CANCELLING);
    assertConflict(() -> jobs.pause("a"), "'a'", "being cancelled");
    assertConflict(() -> jobs.resume("a"), "'a'", "being cancelled");
    runner.untilStopped();
    Job cancelled = await("a", State.CANCELLED);
    assertThat(cancelled.times().ended()).isPresent();
    assertConflict(() -> jobs.cancel("a"), "'a'", "cancelled");
    jobs.resume("b");
    assertThat(runner.begun()).isEqualTo("b");
    runner.done();
    await("b", State.DONE);
    assertConflict(() -> jobs.resume("b"), "'b'", "done");
    assertConflict(() -> jobs.adjust("b", priority(3)), "'b'", "done");
  }

  private static Adjustment priority(int value) {
    return new Adjustment(OptionalInt.of(value), Optional.empty());
  }

  private static Adjustment memory(String value) {
    return new Adjustment(OptionalInt.empty(), Optional.of(value));
  }

  @Test
  void runningJobGoesOnWithANewMemoryBudgetAfterItsSlice() {
    submit("a");
    runner.begun();
    Job adjusted = jobs.adjust("a", memory("8G"));
    assertThat(adjusted.state()).isEqualTo(State.RUNNING);
    assertThat(adjusted.plan()).containsEntry("memory", "8G");
    runner.untilStopped();
    assertThat(runner.begun()).isEqualTo("a8G");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> jobs.adjust("a", memory("little")));
    jobs.adjust("a", priority(7));
    assertThat(jobs.get("a").priority()).isEqualTo(7);
    assertThat(kept("a").job()).isEqualTo(jobs.get("a"));
    runner.done();
    await("a", State.DONE);
    assertThat(runner.turns).hasSize(2);
  }

  @Test
  void waitingJobChangesItsPlace() {
    submit("running");
    runner.begun();
    submit("a");
    submit("b");
    jobs.adjust("b", priority(1));
    assertThat(names()).containsExactly("running", "b", "a");
    jobs.cancel("running");
    runner.untilStopped();
    assertThat(runner.begun()).isEqualTo("b");
    jobs.cancel("a");
  }

  @Test
  void jobFailsWithTheMessageOfWhatCanBeRepaired() {
    submit("a");
    runner.begun();
    runner.tell(turn -> {
      throw new PrerequisiteException("no such model: fetch it");
    });
    Job failed = await("a", State.FAILED);
    assertThat(failed.problem()).contains("no such model: fetch it");
    jobs.resume("a");
    assertThat(runner.begun()).isEqualTo("a");
    assertThat(jobs.get("a").problem()).isEmpty();
  }

  /** What must not end the thread of the device. */
  private enum Blow {
    LINKAGE(new NoClassDefFoundError("org/missing")),
    MEMORY(new OutOfMemoryError("Java heap space")),
    STACK(new StackOverflowError()),
    DEFECT(new IllegalStateException("a defect")),
    ASSERTION(new AssertionError("never"));

    @SuppressWarnings("ImmutableEnumChecker")
    private final Throwable cause;

    Blow(Throwable cause) {
      this.cause = cause;
    }

    private static <T extends Throwable> RuntimeException sneaky(Throwable cause) throws T {
      @SuppressWarnings("unchecked")
      T thrown = (T) cause;
      throw thrown;
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatAJobThrowsStopsTheLine(Blow blow) {
    submit("bad");
    submit("good");
    runner.tell(turn -> {
      throw Blow.<RuntimeException>sneaky(blow.cause);
    });
    runner.done();
    await("good", State.DONE);
    Job failed = jobs.get("bad");
    assertThat(failed.state()).isEqualTo(State.FAILED);
    assertThat(failed.problem().orElseThrow())
        .contains(blow.cause.getClass().getName(), "log of the service has the stack trace");
  }

  @Test
  void namesAreTakenOnceAndUnknownOnesAreRefused() {
    submit("a");
    assertConflict(() -> submit("a"), "'a'", "another name");
    assertThatExceptionOfType(NoSuchJobException.class)
        .isThrownBy(() -> jobs.get("b"))
        .withMessageContaining("'b'");
    assertThatExceptionOfType(NoSuchJobException.class)
        .isThrownBy(() -> jobs.events("b", Optional.empty()));
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> submit("c", 101))
        .withMessageContaining("-100 to 100");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> jobs.submit(new JobRequest(Job.Kind.SWEEP, Map.of("wrong", ""), 0)));
    assertThat(names()).containsExactly("a");
  }

  @Test
  void whatCannotBeWrittenDownDoesNotHappen() {
    submit("running");
    runner.begun();
    submit("a");
    store.full = true;
    assertThatExceptionOfType(PrerequisiteException.class).isThrownBy(() -> submit("b"));
    assertThatExceptionOfType(PrerequisiteException.class).isThrownBy(() -> jobs.cancel("a"));
    assertThat(names()).containsExactly("running", "a");
    assertThat(jobs.get("a").state()).isEqualTo(State.QUEUED);
    store.full = false;
    jobs.cancel("a");
  }

  @Test
  void jobWhoseEndCannotBeWrittenDownFailsUntilTheServiceStartsAgain() {
    submit("a");
    runner.begun();
    store.full = true;
    runner.done();
    assertThat(await("a", State.FAILED).problem()).contains("no space left");
    store.full = false;
    assertThat(kept("a").job().state()).as("found as after a kill").isEqualTo(State.RUNNING);
  }

  private void reopen() {
    jobs.close();
    jobs = JobQueue.open(store, runner);
  }

  @Test
  void closingPutsTheJobBackAsTheFirstInLine() {
    submit("a");
    runner.begun();
    submit("urgent", 50);
    runner.untilStopped();
    jobs.close();
    assertThat(kept("a").job().state()).isEqualTo(State.QUEUED);
    assertConflict(() -> submit("late"), "stopping");
    jobs = JobQueue.open(store, runner);
    assertThat(runner.begun()).isEqualTo("a");
    runner.done();
    assertThat(runner.begun()).isEqualTo("urgent");
  }

  @Test
  void sliceThatDoesNotEndDoesNotHoldUpTheEnd() {
    submit("a");
    runner.begun();
    assertThat(jobs.close(Duration.ZERO)).isFalse();
    assertThat(kept("a").job().state()).isEqualTo(State.RUNNING);
  }

  private void keep(String name, State state, long order, int starts) {
    Job.Times times = new Job.Times(Instant.EPOCH, Optional.empty(), Optional.empty());
    Job job =
        new Job(name, Job.Kind.SWEEP, Map.of("name", name), 0, state, times, Optional.empty());
    store.kept.put(name, new JobStore.Kept(job, order, false, starts));
  }

  @Test
  void whatAKillLeavesOnTheDeviceGoesWhereItBelongs() {
    keep("waiting", State.QUEUED, 1, 0);
    keep("running", State.RUNNING, 4, 1);
    keep("pausing", State.PAUSING, 2, 1);
    keep("cancelling", State.CANCELLING, 3, 1);
    keep("paused", State.PAUSED, 5, 0);
    keep("older", State.RUNNING, 2, 2);
    jobs = JobQueue.open(store, runner);
    assertThat(runner.begun()).isEqualTo("older");
    Map<String, State> states = new LinkedHashMap<>();
    jobs.list().forEach(job -> states.put(job.name(), job.state()));
    assertThat(states)
        .containsEntry("running", State.QUEUED)
        .containsEntry("pausing", State.PAUSED)
        .containsEntry("paused", State.PAUSED)
        .containsEntry("cancelling", State.CANCELLED);
    assertThat(names()).startsWith("older", "running", "waiting");
  }

  @Test
  void jobThatTakesTheServiceDownOverAndOverFails() {
    keep("a", State.RUNNING, 1, JobQueue.MOST_STARTS);
    keep("b", State.RUNNING, 2, JobQueue.MOST_STARTS - 1);
    jobs = JobQueue.open(store, runner);
    assertThat(jobs.get("a").state()).isEqualTo(State.FAILED);
    assertThat(jobs.get("a").problem().orElseThrow()).contains("ended 3 times");
    assertThat(runner.begun()).isEqualTo("b");
    assertThat(kept("b").starts()).isEqualTo(JobQueue.MOST_STARTS);
    runner.append();
    runner.untilStopped();
    jobs.events("b", Optional.empty()).filter(e -> e.id().isPresent()).blockFirst();
    reopen();
    assertThat(runner.begun()).isEqualTo("b");
    assertThat(kept("b").starts()).as("it had brought something to an end").isEqualTo(1);
  }

  @Test
  void oldEndedJobsLeaveTheList() {
    for (int i = 0; i < JobQueue.MOST_ENDED + 3; i++) {
      keep("ended-" + i, State.DONE, i + 1, 0);
    }
    jobs = JobQueue.open(store, runner);
    submit("new");
    assertThat(runner.begun()).isEqualTo("new");
    runner.done();
    await("new", State.DONE);
    runner.untilStopped();
    submit("newer");
    assertThat(runner.begun()).isEqualTo("newer");
    assertThat(names()).contains("new").doesNotContain("ended-0", "ended-3");
    assertThat(store.kept).hasSize(JobQueue.MOST_ENDED + 1);
  }

  @Test
  void lineHasAnEnd() {
    for (int i = 0; i < JobQueue.MOST_OPEN; i++) {
      keep("paused-" + i, State.PAUSED, i + 1, 0);
    }
    jobs = JobQueue.open(store, runner);
    assertConflict(() -> submit("more"), JobQueue.MOST_OPEN + " jobs");
    jobs.cancel("paused-7");
    submit("more");
    assertConflict(() -> jobs.resume("paused-7"), JobQueue.MOST_OPEN + " jobs");
    assertThat(jobs.counts())
        .containsEntry(State.CANCELLED, 1)
        .containsEntry(State.DONE, 0)
        .hasSize(State.values().length);
  }
}
