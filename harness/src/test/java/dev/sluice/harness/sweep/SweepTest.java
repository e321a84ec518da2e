package dev.sluice.harness.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.Until;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished.Reason;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Score;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SweepTest {
  /** What each slice was raced against. */
  private final List<OptionalDouble> raced = new ArrayList<>();

  /** What happened, over all sweeps of a test. */
  private final List<String> log = new ArrayList<>();

  private final InMemoryJournal journal = new InMemoryJournal();
  private ToDoubleFunction<Candidate> scores = c -> 1.0 + c.sublayers().getFirst().index();

  /** Scores by the function above. */
  private final class FakeSlices extends ScoringOnly {
    @Override
    public void begin(ScoringTask task) {
      log.add("begin " + task.number());
    }

    @Override
    public Slice run(
        ScoringTask task,
        List<Candidate> slice,
        OptionalDouble toBeat,
        Consumer<Progress> progress) {
      log.add("run " + task.number() + " " + slice);
      raced.add(toBeat);
      progress.accept(new Progress(task.number(), 1, 1, List.of(), 1));
      return new Slice(slice.stream().map(c -> trial(task, c)).toList(), new Cost(1, 2, 3, 4, 5));
    }

    private Trial trial(ScoringTask task, Candidate candidate) {
      double mean = scores.applyAsDouble(candidate);
      Score score = new Score(Measure.AG, mean, 0, 0, 1, Map.of(), List.of(mean));
      return new Trial(
          task.number(),
          candidate,
          task.variant(candidate),
          Trial.Outcome.SCORED,
          List.of(score),
          0);
    }
  }

  /** Takes the cheapest of all that are left. */
  private final class Cheapest implements Strategy {
    private Variant cut = Variant.intact();
    private final List<Candidate> left =
        new ArrayList<>(IntStream.range(0, 8).mapToObj(Sublayer::at).map(Candidate::of).toList());

    @Override
    public Optional<Round> ask() {
      return left.isEmpty() ? Optional.empty() : Optional.of(new Round.Cut(cut, left));
    }

    @Override
    public Optional<Candidate> tell(List<Trial> trials) {
      List<Trial> held =
          journal.replay().stream()
              .filter(TrialsScored.class::isInstance)
              .flatMap(e -> ((TrialsScored) e).trials().stream())
              .toList();
      assertThat(held).as("told only what the journal holds").containsAll(trials);
      Optional<Candidate> best =
          trials.stream()
              .filter(t -> !Double.isNaN(mean(t)))
              .min(Comparator.comparingDouble(SweepTest::mean))
              .map(Trial::candidate);
      best.ifPresent(c -> {
        left.remove(c);
        cut = cut.and(c.sublayers());
      });
      return best;
    }
  }

  /** Notes what is announced; fails where an announced event is not in the journal yet. */
  private final class Watcher implements SweepListener {
    @Override
    public void on(SweepEvent event, boolean replayed) {
      assertThat(journal.replay()).as("durable before it is announced").contains(event);
      if (!replayed) {
        assertThat(journal.replay().getLast()).as("announced at once").isEqualTo(event);
      }
      log.add((replayed ? "again " : "") + SampleSweeps.name(event));
    }

    @Override
    public void taskStarted(ScoringTask task) {
      log.add("step " + task.number() + " of " + task.candidates().size());
    }

    @Override
    public void progress(Progress progress) {
      log.add("progress " + progress.step());
    }
  }

  private static double mean(Trial trial) {
    return trial.mean(Measure.AG).orElseThrow();
  }

  private static SweepPlan plan(Until until) {
    SweepPlan p = SampleSweeps.plan();
    SweepPlan.Search s = p.search();
    return new SweepPlan(
        p.name(),
        p.model(),
        p.calibration(),
        new SweepPlan.Search(
            s.strategy(),
            s.objective(),
            List.of(s.objective()),
            s.candidates(),
            s.exclude(),
            s.ties(),
            until,
            s.racing(),
            s.seed(),
            s.effort(),
            s.treatment(),
            s.task()),
        p.execution());
  }

  private static Until sublayers(double share) {
    return new Until(OptionalDouble.of(share), OptionalDouble.empty(), OptionalDouble.empty());
  }

  private Sweep sweep(Until until) {
    Reductions reductions =
        new Reductions(SampleSweeps.config(), new WeightLayout(SampleSweeps.config()), 64);
    return new Sweep(
        plan(until),
        SampleSweeps.provenance(),
        new Sweep.Parts(
            journal, new Cheapest(), new FakeSlices(), reductions, List.of(new Watcher())));
  }

  private Sweep.End run(Until until) {
    return sweep(until).run(() -> false);
  }

  private List<String> events() {
    return journal.replay().stream().map(SampleSweeps::name).toList();
  }

  @Test
  void listenersHearEverythingInOrder() {
    assertThat(run(sublayers(0.25))).isEqualTo(Sweep.End.FINISHED);
    assertThat(log)
        .containsExactly(
            "started",
            "step 1 of 8",
            "begin 1",
            "run 1 [0.attention, 0.ffn, 1.attention]",
            "progress 1",
            "scored [0.attention, 0.ffn, 1.attention]",
            "run 1 [1.ffn, 2.attention, 2.ffn]",
            "progress 1",
            "scored [1.ffn, 2.attention, 2.ffn]",
            "run 1 [3.attention, 3.ffn]",
            "progress 1",
            "scored [3.attention, 3.ffn]",
            "cut 0.attention",
            "step 2 of 7",
            "begin 2",
            "run 2 [0.ffn, 1.attention, 1.ffn]",
            "progress 2",
            "scored [0.ffn, 1.attention, 1.ffn]",
            "run 2 [2.attention, 2.ffn, 3.attention]",
            "progress 2",
            "scored [2.attention, 2.ffn, 3.attention]",
            "run 2 [3.ffn]",
            "progress 2",
            "scored [3.ffn]",
            "cut 0.ffn",
            "finished RATIO_REACHED");
  }

  @Test
  void aSliceIsRacedAgainstTheBestOfTheStepsEarlierOnes() {
    scores =
        c ->
            c.sublayers().getFirst().index() == 4
                ? Double.NaN
                : 9.0 - c.sublayers().getFirst().index();
    run(sublayers(0.25));
    assertThat(raced)
        .containsExactly(
            OptionalDouble.empty(),
            OptionalDouble.of(7),
            OptionalDouble.of(4),
            OptionalDouble.empty(),
            OptionalDouble.of(7),
            OptionalDouble.of(4));
  }

  @Test
  void listenerHearsNothingThatCouldNotBeKept() {
    Journal full = new FullJournal(journal);
    Reductions reductions =
        new Reductions(SampleSweeps.config(), new WeightLayout(SampleSweeps.config()), 64);
    Sweep sweep =
        new Sweep(
            plan(sublayers(1)),
            SampleSweeps.provenance(),
            new Sweep.Parts(
                full, new Cheapest(), new FakeSlices(), reductions, List.of(new Watcher())));
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> sweep.run(() -> false))
        .withMessage("disk full");
    assertThat(log).doesNotContain("scored [0.attention, 0.ffn, 1.attention]");
    assertThat(events()).containsExactly("started");
  }

  @Test
  void stopsAfterASliceAndScoresOnlyWhatIsMissing() {
    Sweep.End end = sweep(sublayers(0.25)).run(() -> ran() == 4);
    assertThat(end).isEqualTo(Sweep.End.STOPPED);
    assertThat(log.getLast()).isEqualTo("scored [0.ffn, 1.attention, 1.ffn]");
    List<String> before = events();
    log.clear();

    assertThat(run(sublayers(0.25))).isEqualTo(Sweep.End.FINISHED);
    assertThat(log.subList(0, before.size()))
        .containsExactlyElementsOf(before.stream().map(e -> "again " + e).toList());
    assertThat(log.subList(before.size(), log.size()))
        .startsWith(
            "step 1 of 8", "step 2 of 7", "begin 2", "run 2 [2.attention, 2.ffn, 3.attention]")
        .endsWith("scored [3.ffn]", "cut 0.ffn", "finished RATIO_REACHED");
    assertThat(log).filteredOn(l -> l.startsWith("cut")).hasSize(1);
  }

  private long ran() {
    return log.stream().filter(l -> l.startsWith("run")).count();
  }

  @Test
  void stoppedAnywhereItEndsTheSame() {
    run(sublayers(0.75));
    List<SweepEvent> whole = journal.replay();
    for (int cut = 1; cut < whole.size(); cut++) {
      List<SweepEvent> left = whole.subList(0, cut);
      SweepTest after = new SweepTest();
      left.forEach(after.journal::append);
      assertThat(after.run(sublayers(0.75))).isEqualTo(Sweep.End.FINISHED);
      assertThat(after.journal.replay()).as("cut after event %d", cut).isEqualTo(whole);
    }
  }

  @Test
  void finishedSweepIsOnlyReplayed() {
    run(sublayers(0.25));
    int held = journal.replay().size();
    log.clear();
    assertThat(run(sublayers(0.25))).isEqualTo(Sweep.End.FINISHED);
    assertThat(log).hasSize(held).allSatisfy(l -> assertThat(l).startsWith("again "));
    assertThat(journal.replay()).hasSize(held);
  }

  @Test
  void stopBeforeTheFirstSliceLeavesAStartedSweep() {
    assertThat(sweep(sublayers(1)).run(() -> true)).isEqualTo(Sweep.End.STOPPED);
    assertThat(log).containsExactly("started", "step 1 of 8");
  }

  @Test
  void aShareBelowOneCutIsNotTakenForReached() {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> run(sublayers(0.1)))
        .withMessage(
            "until 0.1: less than one cut, for a candidate has 1 of 8 sublayers. Raise it to 0.1250"
                + " or more");
  }

  @Test
  void nanEverywhereIsSaidWithTheWayOut() {
    scores = c -> Double.NaN;
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> run(sublayers(1)))
        .withMessageContaining("step 1: every candidate's ag is NaN")
        .withMessageContaining("dtype");
    assertThat(events()).as("the trials are kept").hasSize(4).noneMatch(e -> e.startsWith("cut"));
  }

  @Test
  void oneNanIsKeptAndDoesNotWin() {
    scores = c -> c.name().equals("0.attention") ? Double.NaN : 1;
    run(sublayers(0.2));
    assertThat(events()).contains("cut 0.ffn");
    assertThat(SweepState.of(journal.replay()).orElseThrow().trials().getFirst())
        .satisfies(t -> assertThat(mean(t)).isNaN());
  }

  @Test
  void divergenceBoundEndsBeforeTheCutThatCrossesIt() {
    Until bound = new Until(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.of(2.5));
    run(bound);
    assertThat(events())
        .as("costs are 1, 2, 3, ...")
        .contains("cut 0.attention", "cut 0.ffn")
        .doesNotContain("cut 1.attention")
        .endsWith("finished " + Reason.DIVERGENCE_BOUND);
    List<String> before = events();
    run(bound);
    assertThat(events()).isEqualTo(before);
  }

  @Test
  void scoreAtTheBoundIsStillCut() {
    run(new Until(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.of(2)));
    assertThat(events()).contains("cut 0.ffn").doesNotContain("cut 1.attention");
  }

  @Test
  void everythingIsCutWhereNothingStopsIt() {
    run(sublayers(1));
    assertThat(events()).filteredOn(e -> e.startsWith("cut")).hasSize(8);
    assertThat(events()).endsWith("finished " + Reason.EXHAUSTED);
  }

  @Test
  void shareOfSublayersIsRoundedDown() {
    for (int target = 1; target <= 8; target++) {
      SweepTest one = new SweepTest();
      one.run(sublayers((target + 0.9) / 8.0 > 1 ? 1 : (target + 0.9) / 8.0));
      assertThat(one.events())
          .filteredOn(e -> e.startsWith("cut"))
          .as("%d", target)
          .hasSize(target);
    }
  }

  @Test
  void parametersEndASearchOnceTheirShareIsCut() {
    run(new Until(OptionalDouble.empty(), OptionalDouble.of(0.3), OptionalDouble.empty()));
    List<Step> steps = SweepState.of(journal.replay()).orElseThrow().steps();
    assertThat(steps.getLast().reduction().parameters()).isGreaterThanOrEqualTo(0.3);
    assertThat(steps.get(steps.size() - 2).reduction().parameters()).isLessThan(0.3);
    assertThat(events()).endsWith("finished " + Reason.RATIO_REACHED);
  }

  @Test
  void firstBoundThatIsMetEndsTheSearch() {
    run(new Until(OptionalDouble.of(0.5), OptionalDouble.of(0.9), OptionalDouble.of(3)));
    assertThat(events()).filteredOn(e -> e.startsWith("cut")).hasSize(3);
  }

  @Test
  void otherPlanIsRefusedAndTheJournalKept() {
    run(sublayers(0.25));
    Collection<SweepEvent> before = journal.replay();
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> run(sublayers(0.5)))
        .withMessageContaining("until: journal has 0.25, plan has 0.5")
        .withMessageContaining("another name");
    assertThat(journal.replay()).isEqualTo(before);
  }

  @Test
  void costIsThatOfTheSlicesRun() {
    run(sublayers(0.25));
    assertThat(SweepState.of(journal.replay()).orElseThrow().cost())
        .isEqualTo(new Cost(6, 12, 18, 24, 5));
  }
}
