package dev.sluice.harness.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.progress.LiveDisplay.Mode;
import dev.sluice.harness.report.SampleStates;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveDisplayTest {
  private static final String HOME = "\u001b\\[\\d+A\r\u001b\\[J";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final FixedClock clock = new FixedClock();
  private final SweepState state = SampleStates.ofBlocks(12).steps(12).build();
  private final SampleRun run = new SampleRun(state, clock);

  private LiveDisplay display(Mode mode, int columns) {
    return new LiveDisplay(err, mode, columns, clock, state.plan());
  }

  private String output() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private List<String> frames() {
    return List.of(output().split(HOME));
  }

  private void whole(LiveDisplay display) {
    run.start(display, false);
    for (int step = 1; step <= 12; step++) {
      run.step(display, step);
    }
    run.finish(display);
    display.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 33, 60, 80, 100, 200})
  void liveLinesNeverReachTheLastColumn(int columns) {
    whole(display(Mode.LIVE, columns));

    assertThat(frames().size()).isGreaterThan(100);
    assertThat(output().replaceAll(HOME, "").lines())
        .allSatisfy(l -> assertThat(l.length()).as(l).isLessThan(columns));
  }

  @Test
  void redrawsAtMostTenTimesASecond() {
    LiveDisplay display = display(Mode.LIVE, 80);
    run.start(display, false);
    long before = clock.millis();
    run.step(display, 1);

    long tenths = (clock.millis() - before) / 100;
    assertThat(frames().size()).isBetween((int) tenths / 2, (int) tenths + 1);
  }

  @Test
  void everyFrameStartsWhereTheOneBeforeStarted() {
    whole(display(Mode.LIVE, 80));

    var up = Pattern.compile("\u001b\\[(\\d+)A").matcher(output());
    for (String frame : frames().subList(0, frames().size() - 1)) {
      assertThat(up.find()).isTrue();
      assertThat(Integer.parseInt(up.group(1))).as(frame).isEqualTo(frame.lines().count());
    }
    assertThat(output()).endsWith("\n");
  }

  @Test
  void frameTellsStepCandidatesBestCutsSpeedAndTimeLeft() {
    LiveDisplay display = display(Mode.LIVE, 100);
    run.start(display, false);
    run.step(display, 1);
    run.step(display, 2);
    run.open(display, 3);
    display.close();

    List<String> frame = frames().getLast().lines().toList();
    assertThat(frame.get(0)).startsWith("step 3 of 12  █").endsWith("22/22 candidates");
    assertThat(frame.get(1)).startsWith("best  6.attention ag 0.");
    assertThat(frame.get(2)).startsWith("cut   7.attention 0.02086, 8.attention 0.06199");
    assertThat(frame.get(3)).startsWith("time  9.0 s elapsed, about ").contains("12,346 tokens/s");
  }

  @Test
  void lastFrameSaysHowItEnded() {
    whole(display(Mode.LIVE, 80));

    assertThat(frames().getLast())
        .startsWith("finished: the asked share is cut\ncut ")
        .doesNotContain("to go");
  }

  @Test
  void plainPrintsALineForEveryStepAndFewBetween() {
    whole(display(Mode.PLAIN, 200));

    assertThat(output()).doesNotContain("\u001b");
    List<String> lines = output().lines().toList();
    assertThat(lines).filteredOn(l -> l.contains(": cut ")).hasSize(12);
    assertThat(lines.getFirst())
        .startsWith("step 1 of 12: cut 7.attention, ag 0.02086, 4.2 % of sublayers, 2.0 %");
    assertThat(lines.getLast()).isEqualTo("finished: the asked share is cut");
    assertThat(lines).as("no step takes ten seconds").hasSize(13);
  }

  @Test
  void plainTellsOfASlowStepEveryTenSeconds() {
    LiveDisplay display = display(Mode.PLAIN, 200);
    run.start(display, false);
    List<Trial> trials = state.trialsOf(1);
    display.taskStarted(SampleRun.task(1, trials));
    for (int second = 0; second < 35; second++) {
      clock.advance(1000);
      display.progress(SampleRun.progress(1, 5, trials.subList(0, 4)));
    }

    assertThat(output().lines())
        .hasSize(3)
        .allMatch(l -> l.startsWith("step 1 of 12: 0/24 candidates, best "));
  }

  @Test
  void resumedSweepSaysWhereItGoesOn() {
    LiveDisplay display = display(Mode.PLAIN, 200);
    run.start(display, true);
    run.replay(display, 1);
    run.replay(display, 2);
    display.on(new TrialsScored(state.trialsOf(3).subList(0, 5), Cost.NONE), true);
    run.step(display, 3);

    assertThat(output().lines().toList().getFirst())
        .isEqualTo("resumed after step 2, 5 candidates of the next are scored already");
    assertThat(output().lines().toList().get(1)).startsWith("step 3 of 12: cut 6.attention");
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void nothingIsShownAfterClosing(Mode mode) {
    LiveDisplay display = display(mode, 80);
    run.start(display, false);
    run.step(display, 1);
    display.close();
    String closed = output();
    run.step(display, 2);
    run.finish(display);
    display.close();

    assertThat(output()).isEqualTo(closed);
  }

  @Test
  void quietShowsNothing() {
    LiveDisplay display = display(Mode.QUIET, 80);
    display.note("something");
    whole(display);

    assertThat(output()).isEmpty();
  }

  @Test
  void notesStandAboveTheFrame() {
    LiveDisplay display = display(Mode.LIVE, 80);
    run.start(display, false);
    run.step(display, 1);
    display.note("device memory is short: slices of 2\u001b[2J from here");

    String last = frames().getLast();
    assertThat(last).startsWith("device memory is short: slices of 2 [2J from here\nstep 2 of 12");
  }
}
