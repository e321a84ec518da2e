package dev.sluice.harness.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.scorers.Measure;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TextReportTest {

  static Stream<SweepState> everyKindOfSweep() {
    return Stream.of(
        SampleStates.ofBlocks(12).dropping().steps(12).build(),
        SampleStates.ofBlocks(32).steps(16).build(),
        SampleStates.ofBlocks(126).steps(3).build(),
        SampleStates.ofBlocks(12).withNan().running().steps(3).openTrials(5).build(),
        SampleStates.ofBlocks(1).running().build(),
        SampleStates.ofBlocks(20).cutting(CandidateKind.BLOCK).steps(5).build(),
        SampleStates.ofBlocks(9).measuring(Measure.TOP1, Measure.TOP1).steps(4).build(),
        SampleStates.ofBlocks(2).step("0.ffn", Double.NaN).step("1.ffn", 1e-9).build(),
        SampleStates.ofBlocks(12)
            .named("n".repeat(300), "/a b/" + "m".repeat(300))
            .steps(2)
            .build());
  }

  @ParameterizedTest
  @MethodSource("everyKindOfSweep")
  void everyLineFitsATerminal(SweepState state) {
    assertThat(TextReport.of(state, false).lines())
        .filteredOn(l -> !l.contains("'/a b/mmm") && !l.contains("nnn"))
        .allSatisfy(l -> assertThat(l.length()).as(l).isLessThanOrEqualTo(TextReport.WIDTH));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfSweep")
  void colourChangesNoText(SweepState state) {
    String coloured = TextReport.of(state, true);

    assertThat(coloured).contains("\u001b[");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(TextReport.of(state, false));
  }

  @Test
  void mapShowsTheRankAtItsBlock() {
    String text =
        TextReport.of(
            SampleStates.ofBlocks(12).step("7.attention", 0.1).step("10.ffn", 0.3).build(), false);

    assertThat(row(text, "block"))
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
    assertThat(row(text, "attention"))
        .containsExactly("·", "·", "·", "·", "·", "·", "·", "1", "·", "·", "·", "·");
    assertThat(row(text, "ffn"))
        .containsExactly("·", "·", "·", "·", "·", "·", "·", "·", "·", "·", "2", "·");
  }

  private static List<String> row(String text, String label) {
    String line = text.lines().filter(l -> l.startsWith("  " + label)).findFirst().orElseThrow();
    return List.of(line.strip().split("\\s+")).subList(1, line.strip().split("\\s+").length);
  }

  @Test
  void curveShowsScoreErrorAndSharesOfEachStep() {
    String text =
        TextReport.of(
            SampleStates.ofBlocks(10)
                .measuring(Measure.KL, Measure.KL)
                .step("7.attention", 0.125)
                .step("8.attention", 0.25)
                .build(),
            false);

    List<String> lines = text.lines().filter(l -> l.contains("attention ")).toList();
    assertThat(lines.get(1)).contains("1  7.attention", "0.1250 ± 0.0076", "5.0%", "2.4%", "10.0%");
    assertThat(bar(lines.get(2))).isEqualTo(2 * bar(lines.get(1)));
  }

  private static long bar(String line) {
    return line.chars().filter(c -> c == '█').count() * 8 + (line.contains("▌") ? 4 : 0);
  }

  @Test
  void milestonesAreTheLongestPrefixWithinAShare() {
    String text = TextReport.of(SampleStates.ofBlocks(12).steps(6).build(), false);

    assertThat(text.lines().filter(l -> l.matches(" +\\d+ % .*")).map(TextReportTest::start))
        .as("12 blocks: 10 %% is 2 of 24 cuts, 20 %% is 4, 25 %% is 6; 30 %% was not reached")
        .containsExactly("10 % 2 91.7 %", "20 % 4 83.3 %", "25 % 6 75.0 %");
  }

  private static String start(String line) {
    String[] words = line.strip().split("\\s+");
    return String.join(" ", words[0], words[1], words[2], words[3], words[4]);
  }

  @Test
  void unfinishedSweepSaysHowToGoOn() {
    String text =
        TextReport.of(
            SampleStates.ofBlocks(12).named("mine", "m").running().steps(3).openTrials(5).build(),
            false);

    assertThat(text).contains("not finished, step 4 has 5 trials", "sluice resume mine");
    assertThat(TextReport.of(SampleStates.ofBlocks(12).steps(3).build(), false))
        .doesNotContain("sluice resume");
  }

  @Test
  void sweepWithoutAStepSaysSo() {
    assertThat(TextReport.of(SampleStates.ofBlocks(12).running().build(), false))
        .contains("Nothing is cut yet", "nothing cut, not finished");
  }

  @Test
  void namesCannotSteerTheTerminalOrTheShell() {
    String text =
        TextReport.of(
            SampleStates.ofBlocks(4).named("a\u001b[2J\nb", "x'; rm -rf /").running().build(),
            false);

    assertThat(text).doesNotContain("\u001b").contains("sluice resume 'a?[2J?b'");
    assertThat(TextReport.of(SampleStates.ofBlocks(4).named("n", "x'; y").steps(1).build(), false))
        .contains("--model 'x'\\''; y'");
  }

  @Test
  void commandsToCopyKeepTheSearchAndTakeANewName() {
    String text =
        TextReport.of(
            SampleStates.ofBlocks(12)
                .named("mine", "m")
                .cutting(CandidateKind.BLOCK)
                .steps(3)
                .build(),
            false);
    String command = text.substring(text.indexOf("sluice run")).replaceAll("\\\\\n *", "").strip();

    assertThat(command)
        .isEqualTo(
            "sluice run --model m --calibration calibration.txt"
                + " --seed 7 --measure ag --candidates block --exclude 0.4 --until 0.5"
                + " --name mine-further");
    assertThat(TextReport.of(SampleStates.ofBlocks(12).steps(12).build(), false))
        .contains("--strategy random", "--until 0.5", "--name made-up-control");
  }
}
