package dev.sluice.harness.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.ScoringTask;
import dev.sluice.harness.sweep.SliceRunner;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.TaylorScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SharedSlicesTest {
  /** What was run together, by rows. */
  private final List<String> runs = new ArrayList<>();

  private boolean broken;

  private final class Slices implements SliceRunner {
    @Override
    public void begin(ScoringTask task) {}

    @Override
    public Slice run(
        ScoringTask task,
        List<Candidate> slice,
        OptionalDouble toBeat,
        Consumer<Progress> progress) {
      if (broken) {
        throw new IllegalStateException("out of order");
      }
      runs.add(slice + " on " + task.rows());
      List<Trial> trials = slice.stream().map(c -> trial(task, c)).toList();
      int n = slice.size();
      return new Slice(trials, new Cost(n, 10L * n + 1, 20L * n, 30L * n, 7));
    }

    private Trial trial(ScoringTask task, Candidate candidate) {
      double mean = candidate.sublayers().size() + task.rows() / 100.0;
      Score score = new Score(Measure.KL, mean, 0, 0, 1, Map.of(), List.of(mean));
      return new Trial(
          task.number(),
          candidate,
          task.variant(candidate),
          Trial.Outcome.SCORED,
          List.of(score),
          0);
    }

    @Override
    public Profiled profile() {
      runs.add("profile");
      List<List<Double>> one = List.of(List.of(1.0));
      return new Profiled(new DepthProfile(1, 1, one, one, one, List.of()), Cost.NONE);
    }

    @Override
    public GradientsTaken gradients() {
      runs.add("gradients");
      return new GradientsTaken(new TaylorScores(1, 1, List.of()), Cost.NONE);
    }
  }

  private static ScoringTask step(int number, String base, String... candidates) {
    return new ScoringTask(
        number,
        ScoringTask.Kind.STEP,
        Variant.parse(base),
        List.of(candidates).stream().map(Candidate::parse).toList(),
        10);
  }

  private static SliceRunner.Slice run(SliceRunner seat, ScoringTask task) {
    return seat.run(task, task.candidates(), OptionalDouble.empty(), p -> {});
  }

  /** Run sweeps side by side; their results in order. */
  @SafeVarargs
  private <T> List<T> meet(SharedSlices shared, Function<SliceRunner, T>... sweeps)
      throws Exception {
    List<SharedSlices.Seat> seats = new ArrayList<>();
    for (int i = 0; i < sweeps.length; i++) {
      seats.add(shared.seat());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> results = new ArrayList<>();
      for (int i = 0; i < sweeps.length; i++) {
        SharedSlices.Seat seat = seats.get(i);
        Function<SliceRunner, T> sweep = sweeps[i];
        results.add(
            threads.submit(() -> {
              try (seat) {
                return sweep.apply(seat);
              }
            }));
      }
      shared.serve();
      List<T> all = new ArrayList<>();
      for (Future<T> result : results) {
        all.add(result.get());
      }
      return all;
    }
  }

  @Test
  void variantsThatMeetRunOnceAndTogether() throws Exception {
    SharedSlices shared = new SharedSlices(new Slices());
    List<SliceRunner.Slice> slices =
        meet(
            shared,
            seat -> run(seat, step(1, "", "0.attention", "0.ffn")),
            seat -> run(seat, step(3, "0.attention", "1.ffn")),
            seat -> run(seat, step(2, "1.ffn", "0.attention", "1.attention")));
    assertThat(runs).hasSize(1);
    assertThat(runs.getFirst())
        .contains("0.attention", "0.ffn", "0.attention+1.ffn", "1.block", "on 10");
    assertThat(runs.getFirst().split(", "))
        .as("the second's and the third's first are one")
        .hasSize(4);
    Trial one = slices.get(1).trials().getFirst();
    assertThat(one.step()).isEqualTo(3);
    assertThat(one.candidate()).isEqualTo(Candidate.parse("1.ffn"));
    assertThat(one.variant()).isEqualTo(Variant.parse("0.attention,1.ffn"));
  }

  @Test
  void eachIsChargedAsIfAloneAndEachVariantOnce() throws Exception {
    SharedSlices shared = new SharedSlices(new Slices());
    List<List<Cost>> costs =
        meet(
            shared,
            seat ->
                List.of(
                    run(seat, step(1, "", "0.attention", "0.ffn")).cost(),
                    run(seat, step(2, "", "0.ffn")).cost()),
            seat -> List.of(run(seat, step(1, "", "0.attention")).cost()));
    assertThat(costs.getFirst().getFirst()).isEqualTo(new Cost(2, 21, 40, 60, 7));
    assertThat(costs.getFirst().get(1)).as("asked for before").isEqualTo(Cost.NONE);
    assertThat(costs.get(1).getFirst()).isEqualTo(new Cost(1, 10, 20, 30, 7));
  }

  @Test
  void otherRowsAreOtherScores() throws Exception {
    SharedSlices shared = new SharedSlices(new Slices());
    ScoringTask few =
        new ScoringTask(
            1, ScoringTask.Kind.SURVEY, Variant.intact(), List.of(Candidate.parse("0.ffn")), 2);
    List<Double> scores =
        meet(shared, seat -> mean(run(seat, few)), seat -> mean(run(seat, step(1, "", "0.ffn"))));
    assertThat(scores).containsExactly(1.02, 1.1);
    assertThat(runs).containsExactly("[0.ffn] on 2", "[0.ffn] on 10");
  }

  private static double mean(SliceRunner.Slice slice) {
    return slice.trials().getFirst().mean(Measure.KL).orElseThrow();
  }

  @Test
  void aSweepThatEndsKeepsNobodyWaiting() throws Exception {
    SharedSlices shared = new SharedSlices(new Slices());
    List<Integer> done =
        meet(
            shared,
            seat -> 0,
            seat -> run(seat, step(1, "", "0.ffn")).trials().size(),
            seat -> {
              run(seat, step(1, "", "0.ffn"));
              return run(seat, step(2, "0.ffn", "1.ffn")).trials().size();
            });
    assertThat(done).containsExactly(0, 1, 1);
  }

  @Test
  void profileAndGradientsAreTakenOnceForAll() throws Exception {
    SharedSlices shared = new SharedSlices(new Slices());
    meet(
        shared,
        seat -> seat.profile().profile().rows(),
        seat -> seat.profile().profile().rows(),
        seat -> (int) seat.gradients().scores().predictions(),
        seat -> (int) seat.gradients().scores().predictions());
    assertThat(runs).containsExactlyInAnyOrder("profile", "gradients");
  }

  @Test
  void whatAJournalHoldsIsNotRunAgain() throws Exception {
    SharedSlices shared = new SharedSlices(new Slices());
    Trial held =
        new Trial(
            9,
            Candidate.parse("0.ffn"),
            Variant.parse("0.ffn"),
            Trial.Outcome.SCORED,
            List.of(new Score(Measure.KL, 42, 0, 0, 1, Map.of(), List.of(42.0))),
            0);
    shared.know(held, 10);
    assertThat(meet(shared, seat -> mean(run(seat, step(1, "", "0.ffn"))))).containsExactly(42.0);
    assertThat(runs).isEmpty();
  }

  @Test
  void aFailureReachesEverySweepAndTheOneThatServes() {
    SharedSlices shared = new SharedSlices(new Slices());
    broken = true;
    assertThatThrownBy(() ->
            meet(
                shared,
                seat -> run(seat, step(1, "", "0.ffn")),
                seat -> run(seat, step(1, "", "1.ffn"))))
        .hasMessage("out of order");
  }
}
