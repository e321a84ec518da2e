package dev.sluice.harness.plan;

import static dev.sluice.harness.plan.PlanValuesOf.problemsOf;
import static dev.sluice.harness.plan.PlanValuesOf.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.plan.SweepPlan.Calibration;
import dev.sluice.harness.plan.SweepPlan.Calibration.Preset;
import dev.sluice.harness.plan.SweepPlan.Calibration.Select;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.Effort;
import dev.sluice.harness.plan.SweepPlan.Execution;
import dev.sluice.harness.plan.SweepPlan.Search;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.plan.SweepPlan.Treatment;
import dev.sluice.harness.plan.SweepPlan.Until;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanReaderTest {
  @TempDir private Path folder;

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("plan.yaml"), yaml);
  }

  /** Every key with a value that is not its default. */
  static final String FULL =
      """
      # All keys.
      model: /models/llama
      calibration: rows.jsonl
      calibration-field: body
      calibration-preset: windows
      sequences: 7
      length: 128
      select: el2n-low
      pool: 30
      seed: -42
      strategy: evopress
      measure: kl
      measures: [js, nll]
      candidates: all
      exclude: 0.4
      ties: natural
      until: 0.5
      until-parameters: .25
      until-divergence: 1e-1
      racing: 0.95
      treatment: interpolate
      other: /models/tuned
      alpha: 0.25
      samples: 16
      window: 3
      width: 4
      offspring: 8
      generations: 20
      balanced: on
      ratios: [0.5, 0.1]
      dtype: bfloat16
      device: gpu:1
      memory: 1.5GiB
      batch-tokens: 2048
      slice: 8
      stack: 4
      threads: 2
      boundary-cache: off
      name: "my.sweep-1"
      journal: /var/sweeps
      """;

  private static final SweepPlan FULL_PLAN =
      new SweepPlan(
              "my.sweep-1",
              "/models/llama",
              new Calibration(
                  "rows.jsonl",
                  Optional.of("body"),
                  Preset.WINDOWS,
                  7,
                  128,
                  -42,
                  Select.EL2N_LOW,
                  30),
              new Search(
                  StrategyName.EVOPRESS,
                  Measure.KL,
                  List.of(Measure.KL, Measure.JS, Measure.NLL),
                  CandidateKind.ALL,
                  OptionalDouble.of(0.4),
                  TieOrder.NATURAL,
                  new Until(
                      OptionalDouble.of(0.5), OptionalDouble.of(0.25), OptionalDouble.of(0.1)),
                  OptionalDouble.of(0.95),
                  -42,
                  new Effort(16, 3, 4, 8, OptionalInt.of(20), true, List.of(0.1, 0.5)),
                  new Treatment(Treatment.Kind.INTERPOLATE, Optional.of("/models/tuned"), 0.25),
                  Optional.empty()),
              new Execution(
                  "gpu:1",
                  Optional.of("bfloat16"),
                  Optional.of(3L << 29),
                  2048,
                  8,
                  OptionalInt.of(4),
                  OptionalInt.of(2),
                  false))
          .keptIn(Optional.of("/var/sweeps"));

  @Test
  void everyKeyIsReadFromYaml() throws IOException {
    assertThat(PlanReader.fromYaml(write(FULL))).isEqualTo(FULL_PLAN);
    assertThat(FULL.lines().filter(l -> !l.startsWith("#")).map(l -> l.split(":")[0]))
        .as("no key is forgotten here")
        .containsExactlyElementsOf(
            PlanKey.ids().stream().filter(id -> !id.startsWith("task")).toList());
  }

  @Test
  void everyKeyIsReadFromOptions() {
    Map<String, String> values = new LinkedHashMap<>();
    FULL.lines()
        .filter(l -> !l.startsWith("#"))
        .map(l -> l.split(": ", 2))
        .forEach(l -> values.put(l[0], l[1].replaceAll("[\\[\\]\" ]", "")));
    assertThat(PlanReader.from(values)).isEqualTo(FULL_PLAN);
  }

  @Test
  void defaultsAreFinerCutsAtOneQuarter() {
    SweepPlan plan = PlanReader.from(with("name", "x"));
    assertThat(plan)
        .isEqualTo(
            new SweepPlan(
                "x",
                "tiny",
                new Calibration(
                    "text.txt", Optional.empty(), Preset.FINERCUT, 10, 256, 0, Select.FIRST, 10),
                new Search(
                    StrategyName.FINERCUT,
                    Measure.AG,
                    List.of(Measure.KL, Measure.AG, Measure.TOP1, Measure.NLL),
                    CandidateKind.ALL,
                    OptionalDouble.empty(),
                    TieOrder.RELEASED,
                    new Until(
                        OptionalDouble.of(0.25), OptionalDouble.empty(), OptionalDouble.empty()),
                    OptionalDouble.empty(),
                    0,
                    Effort.USUAL,
                    Treatment.REMOVE,
                    Optional.empty()),
                new Execution(
                    "cpu",
                    Optional.empty(),
                    Optional.empty(),
                    512,
                    16,
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    true)));
  }

  @Test
  void taleGoesByAccuracyOverBlocksAndHasNoShareToReach() {
    Search search = PlanReader.from(with("strategy", "tale", "task", "arc_easy")).search();
    assertThat(search.objective()).isEqualTo(Measure.ACCURACY);
    assertThat(search.candidates()).isEqualTo(CandidateKind.BLOCK);
    assertThat(search.until().sublayers()).isEmpty();
    assertThat(search.task()).hasValue(new SweepPlan.Task("arc_easy", Optional.empty(), 200));
    assertThat(problemsOf(with("strategy", "tale"))).contains("task is missing");
    assertThat(problemsOf(with("task", "arc_easy"))).contains("Add accuracy to measures");
    assertThat(problemsOf(with("measure", "accuracy", "task", "t", "racing", "1")))
        .isEqualTo(
            "plan: racing 1: measure accuracy is known only once all items are answered."
                + " Leave it out");
  }

  @Test
  void otherBoundsReplaceTheDefaultOne() {
    Until parameters = PlanReader.from(with("until-parameters", "0.3")).search().until();
    assertThat(parameters.sublayers()).isEmpty();
    assertThat(parameters.parameters()).hasValue(0.3);
    Until both = PlanReader.from(with("until-divergence", "2", "until", "0.5")).search().until();
    assertThat(both.sublayers()).hasValue(0.5);
    assertThat(both.divergence()).hasValue(2);
  }

  @Test
  void overridesWinOverTheFile() throws IOException {
    Path file = write("model: a\ncalibration: t\nmeasure: wrong\nname: n\n");
    SweepPlan plan = PlanReader.fromYaml(file, Map.of("measure", "kl", "model", "b"));
    assertThat(plan.search().objective()).isEqualTo(Measure.KL);
    assertThat(plan.model()).isEqualTo("b");
  }

  @Test
  void allProblemsAreNamedAtOnce() throws IOException {
    Path file =
        write(
            """
            model: m
            lenght: 256
            sequences: ten
            measure: ag
            measure: kl
            measures: [kl, agg]
            until: 25
            exclude:
            memory: {max: 3}
            racing: 0.5
            device: tpu
            boundary-cache: maybe
            name: ../x
            slice: [1]
            folder: here
            """);
    assertThatThrownBy(() -> PlanReader.fromYaml(file))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessage(
            file
                + """
                : 14 problems
                  'measure' is given twice, in lines 4 and 5
                  'exclude' must be a value on one line, there is nothing
                  'memory' must be a value on one line, there is a nested mapping
                  'slice' must be a value on one line, there is a list
                  unknown key 'lenght'. Did you mean 'length'?
                  sequences 'ten': must be a whole number from 1 to 2147483647
                  measures 'kl,agg': must be one of kl, js, ag, angular, norm, top1, nll, cka, kl-truncated, el2n-kl, delta-p, accuracy. Did you mean 'ag'?
                  until '25': must be a number above 0 and up to 1, for example 0.25
                  racing '0.5': must be a number above 0.5 and up to 1, for example 0.95, or off
                  device 'tpu': must be cpu, gpu or gpu:N with the number of a GPU
                  boundary-cache 'maybe': must be on or off
                  name '../x': must be up to 100 letters, digits, dots, dashes and underscores, the first a letter or digit
                  unknown key 'folder'
                  calibration is missing: give --calibration or a line 'calibration: ...'\
                """
                    .stripTrailing());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sequences|0",
        "sequences|2147483648",
        "sequences|1e3",
        "length|-1",
        "select|hardest",
        "pool|0",
        "seed|9223372036854775808",
        "strategy|FINERCUT",
        "measure|kld",
        "measures|kl,,ag",
        "measures|''",
        "candidates|both",
        "exclude|1",
        "exclude|-0.1",
        "exclude|off",
        "exclude|NaN",
        "ties|random",
        "until|0",
        "until|1.01",
        "until|25%",
        "until|0x1p-2",
        "until|0.5d",
        "until-parameters|0",
        "until-divergence|-1",
        "until-divergence|1e999",
        "until-divergence|Infinity",
        "racing|1.01",
        "racing|none",
        "dtype|bf16",
        "device|gpu:",
        "device|cuda",
        "memory|8GB",
        "memory|512",
        "memory|-1G",
        "memory|9999999999T",
        "memory|99999999999999999999",
        "batch-tokens|0",
        "slice|0",
        "stack|0",
        "threads|0",
        "boundary-cache|yes",
        "name|-x",
        "name|a b",
        "model|''",
        "calibration|'  '",
        "calibration-field|''"
      })
  void valueOutsideItsTypeNamesTheKey(String key, String value) {
    assertThat(problemsOf(with(key, value)))
        .startsWith("plan: " + key + " '" + value + "': must be ")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "1M, 1048576",
    "1048576, 1048576",
    "8G, 8589934592",
    "8GiB, 8589934592",
    "0.5T, 549755813888",
    "2048K, 2097152"
  })
  void sizesArePowersOf1024(String text, long bytes) {
    assertThat(PlanReader.from(with("memory", text)).execution().memory()).contains(bytes);
  }

  @Test
  void finerCutsNumbersAreFixed() {
    assertThat(problemsOf(with("sequences", "20", "length", "256")))
        .isEqualTo(
            "plan: sequences 20: calibration-preset finercut fixes it at 10."
                + " Use calibration-preset first");
    assertThat(problemsOf(with("sequences", "10", "length", "256"))).isEmpty();
    assertThat(problemsOf(with("sequences", "20", "calibration-preset", "first"))).isEmpty();
    assertThat(
            problemsOf(
                with("sequences", "65536", "length", "65536", "calibration-preset", "windows")))
        .contains("more than 2147483647 tokens together");
  }

  @Test
  void everyMeasureMayDecide() {
    for (Measure measure : Measure.values()) {
      Map<String, String> values = with("measure", measure.id(), "measures", "kl");
      if (measure.needsAnswers()) {
        values.put("task", "arc_easy");
      }
      Search search = PlanReader.from(values).search();
      assertThat(search.objective()).isEqualTo(measure);
      assertThat(search.measures()).contains(measure, Measure.KL).doesNotHaveDuplicates();
    }
  }

  @Test
  void longValuesAndControlCharactersStayShortAndOnOneLine() {
    String message = problemsOf(with("model", "a\nb", "x".repeat(5_000), "1"));
    assertThat(message.lines()).hasSize(3);
    assertThat(message).contains("model 'a b': must be a text on one line").hasSizeLessThan(400);
  }

  @Test
  void defaultNameTellsModelMeasureAndPlan() {
    SweepPlan plan = PlanReader.from(with("model", "/models/My Llama!/", "measure", "kl"));
    assertThat(plan.name()).isEqualTo("My-Llama--kl-" + PlanReader.hash(plan).substring(0, 8));
    assertThat(PlanReader.from(with("model", "org/tiny")).name()).startsWith("tiny-ag-");
    assertThat(PlanReader.from(with("model", "/")).name()).startsWith("model-ag-");
    assertThat(PlanReader.from(with("model", "..hidden")).name()).startsWith("hidden-ag-");
    assertThat(PlanReader.from(with("model", "é".repeat(300))).name()).startsWith("model-ag-");
    for (String model : new String[] {".", "..", "x".repeat(300), "a/./b", "漢字/ü"}) {
      String name = PlanReader.from(with("model", model)).name();
      assertThat(problemsOf(with("model", model, "name", name))).as(name).isEmpty();
    }
  }

  @Test
  void twoSeedsHaveNoFlatForm() {
    Search search = FULL_PLAN.search();
    Calibration calibration =
        new Calibration("t", Optional.empty(), Preset.WINDOWS, 1, 1, 1, Select.FIRST, 1);
    SweepPlan plan = new SweepPlan("n", "m", calibration, search, FULL_PLAN.execution());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PlanReader.values(plan))
        .withMessageContaining("-42");
  }
}
