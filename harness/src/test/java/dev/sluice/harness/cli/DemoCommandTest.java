package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.strategy.Strategies;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.ScoringOnly;
import dev.sluice.harness.sweep.ScoringTask;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.scorers.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo from its last step on: what comes before is made up here, as it takes half a minute. */
@Timeout(120)
class DemoCommandTest {
  /** Two for each of the steps with 24 to 17 candidates, one for each with 16 to 14. */
  private static final int SLICES_BEFORE_THE_LAST = 8 * 2 + 3;

  @TempDir Path folder;
  Path journal;
  Path html;
  JournalFolder journals;

  @BeforeEach
  void place() {
    journal = folder.resolve("journal");
    html = folder.resolve("demo.html");
    journals = new JournalFolder(journal);
  }

  @Test
  void goesOnFinishesAndStartsAnotherNextTime() throws IOException {
    assertThat(started()).contains("\"name\":\"demo\"");
    fillUpToTheLastStep((SweepStarted) journals.read("demo").getFirst());

    Ran ran = Ran.of("demo", "--journal", journal.toString(), "--html", html.toString()).done();
    assertThat(ran.out()).startsWith("Sluice · demo\n").contains("12 sublayers cut (50.0 %)");
    assertThat(ran.err())
        .contains("step 12 of 12: cut ", "HTML report: " + html, "./sluice inspect --model FOLDER")
        .contains("./sluice report demo --journal " + journal + " --format");
    assertThat(html).content().startsWith("<!").contains("Sluice", "demo");

    assertThat(started()).contains("\"name\":\"demo-2\"");
    Files.writeString(journals.fileOf("demo-2"), "no journal any more".repeat(100));
    assertThat(started()).as("what cannot be read is left alone").contains("\"name\":\"demo-3\"");
    assertThat(Ran.of("list", "--journal", journal.toString()).done().out())
        .containsPattern("demo +finished")
        .containsPattern("demo-2 +unreadable")
        .containsPattern("demo-3 +unfinished");
  }

  /** Begin a demo, kill it, and give back its first event. */
  private String started() throws IOException {
    String[] line = {"demo", "--journal", journal.toString(), "--html", html.toString(), "--json"};
    try (SluiceProcess process = SluiceProcess.start(folder, List.of(), line)) {
      String first = process.line();
      assertThat(first).as(process.errors()).isNotNull();
      return String.valueOf(first);
    }
  }

  private void fillUpToTheLastStep(SweepStarted start) {
    MadeUp slices = new MadeUp(start.plan().search());
    SweepPlan.Search search = start.plan().search();
    Strategy strategy =
        Strategies.of(
            search,
            new Strategies.Ground(12, Optional.empty(), 1, s -> new Strategies.Magnitude(0, 0)));
    try (Journal writer = journals.open("demo");
        Checkpoint checkpoint = Checkpoint.open(Path.of(start.plan().model()))) {
      Reductions reductions = new Reductions(checkpoint.config(), checkpoint.layout(), 256);
      Sweep.Parts parts = new Sweep.Parts(writer, strategy, slices, reductions, List.of());
      assertThat(
              new Sweep(start.plan(), start.provenance(), parts)
                  .run(() -> slices.run == SLICES_BEFORE_THE_LAST))
          .isEqualTo(Sweep.End.STOPPED);
    }
  }

  /** Scores that grow with what is cut. */
  private static final class MadeUp extends ScoringOnly {
    private final SweepPlan.Search search;
    private int run;

    MadeUp(SweepPlan.Search search) {
      this.search = search;
    }

    @Override
    public Slice run(
        ScoringTask task,
        List<Candidate> slice,
        OptionalDouble toBeat,
        Consumer<Progress> progress) {
      run++;
      return new Slice(slice.stream().map(c -> trial(task, c)).toList(), Cost.NONE);
    }

    private Trial trial(ScoringTask task, Candidate candidate) {
      double mean = 0.01 * task.number() + 0.001 * candidate.sublayers().getFirst().index();
      List<Score> scores =
          search.measures().stream()
              .map(m -> new Score(m, mean, 0.001, 0.001, 2560, Map.of(), List.of(mean)))
              .toList();
      return new Trial(
          task.number(), candidate, task.variant(candidate), Trial.Outcome.SCORED, scores, 0.1);
    }
  }
}
