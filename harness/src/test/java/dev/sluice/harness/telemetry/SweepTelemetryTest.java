package dev.sluice.harness.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.progress.FixedClock;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real sweep of a tiny model leaves in the scrape, held against its journal. */
class SweepTelemetryTest {
  private static final String NAME = "tiny";
  private static final Map<String, String> PLAIN = Map.of("slice", "4");

  @TempDir private Path folder;

  private final FixedClock clock = new FixedClock();
  private final Telemetry telemetry = new Telemetry(clock, "1.2.3");

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void gaugesAreTheJournalsLastTrials() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    Scraped scraped = ran(sweep);
    SweepState state = sweep.state();
    Step last = state.steps().getLast();
    List<Trial> trials = state.trialsOf(last.number());
    assertThat(trials).as("candidates of the last step").hasSizeGreaterThan(2);
    for (Trial trial : trials) {
      String sublayer = number(trial.candidate().sublayers().getFirst());
      for (Score score : trial.scores()) {
        Double expected = trial.candidate().equals(last.committed()) ? null : score.mean();
        assertThat(
                scraped.value(SweepMeter.SUBLAYER_DIVERGENCE, NAME, sublayer, score.measure().id()))
            .as(trial.candidate() + " " + score.measure())
            .isEqualTo(expected);
      }
    }
    assertThat(scraped.of("sluice_sublayer_divergence")).hasSize(3 * (trials.size() - 1));
  }

  @Test
  void cutsAndRanksAreTheSteps() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    Scraped scraped = ran(sweep);
    SweepState state = sweep.state();
    assertThat(state.steps()).hasSize(4);
    List<String> cut = new ArrayList<>();
    for (Step step : state.steps()) {
      String sublayer = number(step.committed().sublayers().getFirst());
      cut.add(sublayer);
      assertThat(scraped.value(SweepMeter.SUBLAYER_RANK, NAME, sublayer)).isEqualTo(step.number());
    }
    for (int i = 0; i < TinySweep.SUBLAYERS; i++) {
      String sublayer = number(Sublayer.at(i));
      assertThat(scraped.value(SweepMeter.SUBLAYER_CUT, NAME, sublayer))
          .isEqualTo(cut.contains(sublayer) ? 1 : 0);
    }
    assertThat(scraped.of("sluice_sublayer_rank")).hasSize(4);
    assertThat(scraped.value(SweepMeter.SUBLAYER_INFO, NAME, "005", "2.ffn", "ffn", "002"))
        .isEqualTo(1);
  }

  @Test
  void influenceIsTheProfilesWhereAStrategyTakesOne() throws IOException {
    TinySweep sweep = TinySweep.in(folder, Map.of("slice", "4", "strategy", "influence"));
    Scraped scraped = ran(sweep);
    DepthProfile profile = sweep.state().learnt().profile().orElseThrow();
    for (int i = 0; i < TinySweep.SUBLAYERS; i++) {
      assertThat(scraped.value(SweepMeter.SUBLAYER_INFLUENCE, NAME, number(Sublayer.at(i))))
          .isEqualTo(profile.sublayerInfluence(i));
    }
  }

  @Test
  void mixtureThatLostExpertsIsCutInPart() throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve("mixture"), TinyCheckpoints.of("mixtral"));
    TinySweep sweep =
        TinySweep.in(
            folder,
            Map.of(
                "model", model.toString(), "candidates", "expert", "until", "0.2", "slice", "4"));
    Scraped scraped = ran(sweep);
    Step last = sweep.state().steps().getLast();
    assertThat(last.variant().cuts()).hasSize(4);
    for (int block = 0; block < 3; block++) {
      Sublayer ffn = new Sublayer(block, SublayerKind.FFN);
      int experts = last.variant().expertsCut(ffn.index()).size();
      assertThat(scraped.value(SweepMeter.SUBLAYER_CUT, NAME, number(ffn)))
          .isEqualTo(experts / 4.0);
    }
  }

  @Test
  void countersAreTheJournalsCost() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    Scraped scraped = ran(sweep);
    SweepState state = sweep.state();
    Cost cost = state.cost();
    int trials = state.trials().size();
    assertThat(scraped.value(SweepMeter.SWEEP_CANDIDATES, NAME, "scored")).isEqualTo(trials);
    assertThat(scraped.value(SweepMeter.SWEEP_TOKENS, NAME)).isEqualTo((double) cost.tokens());
    assertThat(scraped.value(SweepMeter.SWEEP_PROMPTS, NAME)).isEqualTo(trials * TinySweep.ROWS);
    assertThat(scraped.value(SweepMeter.SWEEP_SUBLAYER_PASSES, NAME))
        .isEqualTo((double) cost.sublayerPasses());
    assertThat(scraped.value(SweepMeter.SWEEP_SCORING_SECONDS, NAME))
        .isCloseTo(cost.seconds(), within(1e-9));
    // A start, two slices of each of four steps and its commit, an end.
    assertThat(
            scraped.value(
                "sluice_journal_write_seconds_count", ServiceMeter.JOURNAL_WRITE_SECONDS, "sweep"))
        .isEqualTo(1 + 4 * 2 - 1 + 4 + 1 + 1);
  }

  @Test
  void histogramsHoldEveryRowOfEveryTrialOnce() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    Scraped scraped = ran(sweep);
    List<Double> rows = rows(sweep.state(), Measure.AG);
    assertThat(
            scraped.value(
                "sluice_prompt_divergence_count", SweepMeter.PROMPT_DIVERGENCE, NAME, "ag"))
        .isEqualTo(rows.size());
    assertThat(
            scraped.value("sluice_prompt_divergence_sum", SweepMeter.PROMPT_DIVERGENCE, NAME, "ag"))
        .isCloseTo(rows.stream().mapToDouble(d -> d).sum(), within(1e-9));
    String upTo = "sluice_prompt_divergence_bucket{le=1.0E-4, measure=ag, sweep=tiny}";
    assertThat(scraped.series().get(upTo))
        .isEqualTo((double) rows.stream().filter(value -> value <= 1e-4).count());
    assertThat(scraped.value("sluice_prompt_nll_nats_sum", SweepMeter.PROMPT_NLL_NATS, NAME))
        .isCloseTo(
            rows(sweep.state(), Measure.NLL).stream().mapToDouble(d -> d).sum(), within(1e-6));
  }

  private static List<Double> rows(SweepState state, Measure measure) {
    return state.trials().stream()
        .flatMap(t -> t.scores().stream())
        .filter(s -> s.measure() == measure)
        .flatMap(s -> s.rows().stream())
        .toList();
  }

  @Test
  void racedSweepTellsNoRowOfACandidateTwice() throws IOException {
    TinySweep sweep = TinySweep.in(folder, Map.of("racing", "1"));
    Scraped scraped = ran(sweep);
    assertThat(sweep.plan().search().soundRacing()).isTrue();
    List<Double> rows = rows(sweep.state(), Measure.AG);
    assertThat(
            scraped.value(
                "sluice_prompt_divergence_count", SweepMeter.PROMPT_DIVERGENCE, NAME, "ag"))
        .isEqualTo(rows.size());
    assertThat(scraped.value(SweepMeter.SWEEP_TOKENS, NAME))
        .isEqualTo((double) sweep.state().cost().tokens());
    long dropped =
        sweep.state().trials().stream().filter(t -> t.outcome() == Trial.Outcome.DROPPED).count();
    assertThat(scraped.value(SweepMeter.SWEEP_CANDIDATES, NAME, "dropped"))
        .isEqualTo((double) dropped);
  }

  @Test
  void committedPrefixHasItsDivergencePercentilesAndSize() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    Scraped scraped = ran(sweep);
    Step last = sweep.state().steps().getLast();
    Trial winner =
        sweep.state().trialsOf(4).stream()
            .filter(t -> t.candidate().equals(last.committed()))
            .findFirst()
            .orElseThrow();
    assertThat(scraped.value(SweepMeter.SWEEP_DIVERGENCE, NAME, "ag")).isEqualTo(last.score());
    for (Score score : winner.scores()) {
      assertThat(
              scraped.value(
                  SweepMeter.SWEEP_DIVERGENCE_PERCENTILE, NAME, score.measure().id(), "p90"))
          .isEqualTo(score.percentiles().get("p90"));
    }
    assertThat(scraped.value(SweepMeter.SWEEP_REDUCTION_RATIO, NAME, "parameters"))
        .isEqualTo(last.reduction().parameters());
    assertThat(scraped.value(SweepMeter.SWEEP_STATE, NAME, "done")).isEqualTo(1);
    assertThat(scraped.value(SweepMeter.SWEEP_STATE, NAME, "running")).isEqualTo(0);
    assertThat(scraped.value(SweepMeter.SWEEP_STEPS_PLANNED, NAME)).isEqualTo(4);
    assertThat(scraped.value(SweepMeter.SWEEP_PROGRESS_RATIO, NAME)).isEqualTo(1);
  }

  @Test
  void valuesMoveWhilePromptsFlow() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    SweepTelemetry watched = telemetry.sweep(sweep.plan());
    List<Double> tokens = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    SweepListener looking =
        new SweepListener() {
          @Override
          public void progress(Progress progress) {
            Scraped now = Scraped.of(telemetry);
            tokens.add(now.value(SweepMeter.SWEEP_TOKENS, NAME));
            shares.add(now.value(SweepMeter.SWEEP_SLICE_PROGRESS_RATIO, NAME));
            for (Progress.Running running : progress.running()) {
              String sublayer = number(running.candidate().sublayers().getFirst());
              assertThat(now.value(SweepMeter.SUBLAYER_DIVERGENCE, NAME, sublayer, "ag"))
                  .isEqualTo(running.mean());
              assertThat(now.value(SweepMeter.SUBLAYER_DIVERGENCE_STEP, NAME, sublayer))
                  .isEqualTo(progress.step());
            }
            assertThat(now.value(EngineMeter.LIVE_STATES, "cpu")).isNotNull();
          }
        };
    sweep.run(watched.instruments(), List.of(watched, looking), () -> false);
    assertThat(tokens).as("rises with every batch").isSorted().doesNotHaveDuplicates();
    assertThat(shares.subList(0, 3)).containsExactly(1 / 3.0, 2 / 3.0, 1.0);
  }

  @Test
  void engineTellsItsWorkAndNothingIsLeftWaiting() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    Scraped scraped = ran(sweep);
    int slices = 4 * 2 - 1;
    double walks =
        requireNonNull(
            scraped.value(
                "sluice_forward_seconds_count", EngineMeter.FORWARD_SECONDS, "cpu", "sublayers"));
    assertThat(walks).isGreaterThanOrEqualTo(slices * 3.0);
    assertThat(scraped.value("sluice_batch_tokens_sum", EngineMeter.BATCH_TOKENS, "cpu"))
        .isEqualTo(walks * 32);
    assertThat(scraped.value(EngineMeter.STREAM_BUFFERED, "batches")).isZero();
    assertThat(scraped.value(EngineMeter.STREAM_DEMAND, "batches")).isZero();
    assertThat(scraped.value(EngineMeter.LANES_BUSY, "cpu")).isZero();
    assertThat(scraped.value(EngineMeter.LIVE_STATES, "cpu")).isZero();
    assertThat(scraped.value(EngineMeter.WEIGHT_LOADS, "cpu")).isPositive();
    assertThat(scraped.value(EngineMeter.DEVICE_MEMORY_BYTES, "cpu", "free")).isPositive();
    assertThat(scraped.value(EngineMeter.BOUNDARY_CACHE_LOOKUPS, "cpu", "hit")).isPositive();
    assertThat(scraped.value(EngineMeter.DEVICE_INFO, "cpu", "", "cpu")).isEqualTo(1);
  }

  @Test
  void resumedSweepShowsWhatItFoundAndCountsOnlyWhatIsNew() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    int[] slices = new int[1];
    SweepTelemetry first = telemetry.sweep(sweep.plan());
    assertThat(sweep.run(first.instruments(), List.of(first), () -> slices[0]++ == 3))
        .isEqualTo(Sweep.End.STOPPED);
    int before = sweep.state().trials().size();
    Telemetry other = new Telemetry(clock, "1.2.3");
    try (other;
        SweepTelemetry second = other.sweep(sweep.plan())) {
      sweep.run(second);
      Scraped scraped = Scraped.of(other);
      int all = sweep.state().trials().size();
      assertThat(scraped.value(SweepMeter.SWEEP_CANDIDATES, NAME, "replayed")).isEqualTo(before);
      assertThat(scraped.value(SweepMeter.SWEEP_CANDIDATES, NAME, "scored"))
          .isEqualTo(all - before);
      assertThat(scraped.value(SweepMeter.SWEEP_STEPS_COMMITTED, NAME)).isEqualTo(4);
      assertThat(scraped.of("sluice_sublayer_rank")).hasSize(4);
    }
  }

  @Test
  void failureIsCountedByWhatIsBehindIt() throws IOException {
    SweepTelemetry watched = telemetry.sweep(TinySweep.in(folder, PLAIN).plan());
    DeviceOutOfMemory full = new DeviceOutOfMemory("full", new IllegalStateException("native"));
    watched.failed(new PrerequisiteException("no memory for one variant", full));
    Scraped scraped = Scraped.of(telemetry);
    assertThat(scraped.value(ServiceMeter.JOB_FAILURES, "sweep", "out_of_memory")).isEqualTo(1);
    assertThat(scraped.value(SweepMeter.SWEEP_STATE, NAME, "failed")).isEqualTo(1);
  }

  @Test
  void candidatesInFlightFailWithTheSweep() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    SweepTelemetry watched = telemetry.sweep(sweep.plan());
    SweepListener breaking =
        new SweepListener() {
          @Override
          public void progress(Progress progress) {
            throw new IllegalStateException("broken");
          }
        };
    assertThatThrownBy(
            () -> sweep.run(watched.instruments(), List.of(watched, breaking), () -> false))
        .hasMessageContaining("broken")
        .satisfies(watched::failed);
    Scraped scraped = Scraped.of(telemetry);
    assertThat(scraped.value(SweepMeter.SWEEP_CANDIDATES, NAME, "failed")).isEqualTo(4);
    assertThat(scraped.value(ServiceMeter.JOB_FAILURES, "sweep", "internal")).isEqualTo(1);
    assertThat(scraped.value(EngineMeter.STREAM_BUFFERED, "batches")).isZero();
    assertThat(scraped.value(EngineMeter.STREAM_DEMAND, "batches")).isZero();
  }

  @Test
  void nanDivergenceIsShownAsNan() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    SweepTelemetry watched = telemetry.sweep(sweep.plan());
    sweep.run(watched);
    Trial trial = sweep.state().trials().getFirst();
    watched.progress(
        new Progress(
            9,
            1,
            6,
            List.of(
                new Progress.Running(
                    trial.candidate(), Double.NaN, Map.of(Measure.AG, Double.NaN))),
            1));
    String sublayer = number(trial.candidate().sublayers().getFirst());
    assertThat(Scraped.of(telemetry).value(SweepMeter.SUBLAYER_DIVERGENCE, NAME, sublayer, "ag"))
        .isNaN();
  }

  @Test
  void exemplarsLeadToThePrompt() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    ran(sweep);
    Scraped scraped = Scraped.of(telemetry, Scraped.OPEN_METRICS);
    assertThat(scraped.contentType()).startsWith("application/openmetrics-text");
    assertThat(scraped.text()).endsWith("# EOF\n");
    List<String> exemplars = exemplars(scraped).toList();
    assertThat(exemplars).isNotEmpty();
    assertThat(exemplars)
        .allSatisfy(labels ->
            assertThat(labels)
                .matches("prompt=\"[0-5]\",step=\"[1-4]\",variant=\"[0-3]\\.(attention|ffn)\""));
  }

  private static Stream<String> exemplars(Scraped scraped) {
    return scraped
        .text()
        .lines()
        .filter(line -> line.startsWith("sluice_prompt_divergence_bucket") && line.contains(" # {"))
        .map(line -> line.substring(line.indexOf(" # {") + 4, line.lastIndexOf('}')));
  }

  @Test
  void bothFormatsSayTheSame() throws IOException {
    TinySweep sweep = TinySweep.in(folder, PLAIN);
    Scraped text = ran(sweep);
    Scraped open = Scraped.of(telemetry, Scraped.OPEN_METRICS);
    assertThat(text.contentType()).startsWith("text/plain; version=0.0.4");
    Meter.all().stream()
        .map(Meter::exposed)
        .map(List::getFirst)
        .flatMap(name -> text.of(name).stream())
        .filter(key -> !key.contains("memory_bytes") && !key.contains("scrape"))
        .forEach(
            key -> assertThat(open.series().get(key)).as(key).isEqualTo(text.series().get(key)));
    Optional<String> vm =
        text.series().keySet().stream()
            .filter(k -> k.startsWith("jvm_memory_used_bytes"))
            .findAny();
    assertThat(vm).as("meters of the JVM").isPresent();
  }

  private Scraped ran(TinySweep sweep) {
    SweepTelemetry watched = telemetry.sweep(sweep.plan());
    assertThat(sweep.run(watched)).isEqualTo(Sweep.End.FINISHED);
    return Scraped.of(telemetry);
  }

  private static String number(Sublayer sublayer) {
    return "%03d".formatted(sublayer.index());
  }
}
