package dev.sluice.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanWriterTest {

  private static Map<String, String> with(String... pairs) {
    Map<String, String> values =
        new LinkedHashMap<>(Map.of("model", "tiny", "calibration", "text.txt", "name", "n"));
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return values;
  }

  private static String hash(String... pairs) {
    return PlanReader.hash(PlanReader.from(with(pairs)));
  }

  @Test
  void valuesStandInTheOrderOfTheKeys() {
    Map<String, String> values =
        PlanReader.values(PlanReader.from(with("memory", "1G", "until-divergence", "3")));
    assertThat(values)
        .containsExactly(
            Map.entry("model", "tiny"),
            Map.entry("calibration", "text.txt"),
            Map.entry("calibration-preset", "finercut"),
            Map.entry("sequences", "10"),
            Map.entry("length", "256"),
            Map.entry("seed", "0"),
            Map.entry("strategy", "finercut"),
            Map.entry("measure", "ag"),
            Map.entry("measures", "kl,ag,top1,nll"),
            Map.entry("candidates", "all"),
            Map.entry("exclude", "none"),
            Map.entry("ties", "released"),
            Map.entry("until-divergence", "3.0"),
            Map.entry("racing", "off"),
            Map.entry("device", "cpu"),
            Map.entry("memory", "1073741824"),
            Map.entry("batch-tokens", "512"),
            Map.entry("slice", "16"),
            Map.entry("boundary-cache", "on"),
            Map.entry("name", "n"));
  }

  @Test
  void writtenPlansAreReadBackEqual(@TempDir Path folder) throws IOException {
    long seed = 4711;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 500; i++) {
      SweepPlan plan = PlanReader.from(randomValues(random));
      Map<String, String> values = PlanReader.values(plan);
      String place = "seed " + seed + ", round " + i + ": " + values;
      assertThat(PlanReader.from(values)).as(place).isEqualTo(plan);
      if (i < 50) {
        String yaml =
            values.entrySet().stream()
                .map(e -> e.getKey() + ": \"" + e.getValue() + "\"\n")
                .collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve("plan.yaml"), yaml);
        assertThat(PlanReader.fromYaml(file)).as(place).isEqualTo(plan);
      }
    }
  }

  /** Each key with even odds, with a value of its type. */
  private static Map<String, String> randomValues(SplittableRandom random) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("model", "models/m" + random.nextInt(100));
    values.put("calibration", "text " + random.nextInt(100) + ".txt");
    for (PlanKey key : PlanKey.values()) {
      if (random.nextBoolean()) {
        values.put(key.id(), randomValue(key, random));
      }
    }
    if (values.getOrDefault("calibration-preset", "finercut").equals("finercut")) {
      values.keySet().removeAll(List.of("sequences", "length", "select"));
    }
    if (values.containsKey("pool")) {
      values.put("pool", "10" + values.get("pool"));
      values.computeIfPresent("length", (key, length) -> "1" + length.substring(1));
    }
    StrategyName strategy =
        StrategyName.byId(values.getOrDefault("strategy", "finercut")).orElseThrow();
    for (PlanKey key : PlanKey.values()) {
      if (!strategy.reads(key)) {
        values.remove(key.id());
      }
    }
    if (!"interpolate".equals(values.get("treatment"))) {
      values.keySet().removeAll(List.of("other", "alpha"));
    } else {
      values.put("other", "models/other");
    }
    strategy.ownMeasure().ifPresent(own -> values.remove("measure"));
    strategy.ownCandidates().ifPresent(own -> values.remove("candidates"));
    if (!values.getOrDefault("candidates", "all").equals("all")) {
      values.remove("balanced");
    }
    if (values.getOrDefault("candidates", "").equals("expert")) {
      values.keySet().removeAll(List.of("exclude", "treatment", "other", "alpha"));
      if (!strategy.ranksExperts()) {
        values.put("candidates", "ffn");
      }
    }
    fitTask(values, strategy);
    return values;
  }

  private static void fitTask(Map<String, String> values, StrategyName strategy) {
    boolean decides =
        strategy == StrategyName.TALE || values.getOrDefault("measure", "").equals("accuracy");
    if (decides) {
      values.remove("racing");
    }
    if (decides || values.getOrDefault("measures", "").contains("accuracy")) {
      values.putIfAbsent("task", "t");
      values.keySet().removeAll(List.of("treatment", "other", "alpha"));
    } else {
      values.keySet().removeAll(List.of("task", "task-data"));
    }
  }

  private static String randomValue(PlanKey key, SplittableRandom random) {
    return switch (key.type()) {
      case PlanType.Text text ->
          text.problem("gpu:1").isEmpty() && key != PlanKey.NAME
              ? "gpu:1"
              : "n" + random.nextInt(9);
      case PlanType.Choice choice -> choice.names().get(random.nextInt(choice.names().size()));
      case PlanType.Choices choices ->
          random
              .ints(random.nextInt(1, 5), 0, choices.names().size())
              .mapToObj(choices.names()::get)
              .collect(Collectors.joining(", "));
      case PlanType.Whole whole ->
          Long.toString(
              whole.from() < 0
                  ? random.nextLong()
                  : 1 + random.nextLong(Math.min(9_999, whole.to())));
      case PlanType.Decimal decimal ->
          !decimal.without().isEmpty() && random.nextBoolean()
              ? decimal.without()
              : Double.toString(0.5 + (1 - random.nextDouble()) / 2.1);
      case PlanType.Decimals ignored -> "0.5, " + (0.25 + (1 - random.nextDouble()) / 4);
      case PlanType.Bytes ignored -> random.nextInt(1, 500) + "M";
      case PlanType.Switch ignored -> random.nextBoolean() ? "on" : "off";
    };
  }

  @Test
  void hashIsStable() {
    // sha256sum of "sluice plan 1", model=tiny, ... and racing=off, each on a line.
    assertThat(hash())
        .isEqualTo("b38f49565012d7f1afbf0b3940c745ee7697ff95b5d41ee482eda1f63263f06d");
  }

  @Test
  void rowsThatAreSelectedMakeAnotherExperiment() {
    assertThat(hash("select", "first", "pool", "50")).isEqualTo(hash());
    String first = hash("calibration-preset", "first");
    String hardest = hash("calibration-preset", "first", "select", "el2n");
    assertThat(hash("calibration-preset", "first", "select", "el2n", "pool", "100"))
        .isEqualTo(hardest)
        .isNotEqualTo(first);
    assertThat(hash("calibration-preset", "first", "select", "el2n", "pool", "50"))
        .isNotEqualTo(hardest);
  }

  @Test
  void keysThatAStrategyReadsChangeItsHashAlone() {
    Map<String, String> readers =
        Map.of(
            "samples", "shapley",
            "window", "cornerstone",
            "width", "beam",
            "offspring", "gates",
            "generations", "evopress",
            "balanced", "evopress",
            "ratios", "gates");
    readers.forEach((key, strategy) -> {
      String value = key.equals("balanced") ? "on" : key.equals("ratios") ? "0.25" : "2";
      assertThat(hash("strategy", strategy, key, value))
          .as(key)
          .isNotEqualTo(hash("strategy", strategy));
      assertThat(hash(key, value)).as("finercut does not read " + key).isEqualTo(hash());
    });
  }

  private static String[] pairs(Map<String, String> values) {
    return values.entrySet().stream()
        .flatMap(e -> Stream.of(e.getKey(), e.getValue()))
        .toArray(String[]::new);
  }

  @Test
  void keysThatDecideResultsChangeTheHash() {
    Map<String, String> other =
        Map.ofEntries(
            Map.entry("model", "other"),
            Map.entry("calibration", "other"),
            Map.entry("calibration-field", "f"),
            Map.entry("calibration-preset", "first"),
            Map.entry("sequences", "11"),
            Map.entry("length", "255"),
            Map.entry("seed", "1"),
            Map.entry("strategy", "random"),
            Map.entry("measure", "kl"),
            Map.entry("measures", "kl"),
            Map.entry("task", "other"),
            Map.entry("task-data", "other"),
            Map.entry("task-rows", "7"),
            Map.entry("candidates", "ffn"),
            Map.entry("exclude", "0"),
            Map.entry("ties", "natural"),
            Map.entry("until", "0.26"),
            Map.entry("until-parameters", "0.25"),
            Map.entry("until-divergence", "0.25"),
            Map.entry("racing", "0.9"),
            Map.entry("treatment", "duplicate"),
            Map.entry("samples", "2"),
            Map.entry("window", "2"),
            Map.entry("width", "2"),
            Map.entry("offspring", "2"),
            Map.entry("generations", "2"),
            Map.entry("balanced", "on"),
            Map.entry("ratios", "0.1"),
            Map.entry("dtype", "float32"),
            Map.entry("device", "gpu"),
            Map.entry("memory", "1G"),
            Map.entry("batch-tokens", "1"),
            Map.entry("slice", "1"),
            Map.entry("stack", "1"),
            Map.entry("threads", "1"),
            Map.entry("boundary-cache", "off"),
            Map.entry("name", "other"),
            Map.entry("journal", "other"));
    assertThat(PlanKey.ids())
        .filteredOn(key -> !other.containsKey(key))
        .as("keys that only one treatment or preset reads")
        .containsExactly("select", "pool", "other", "alpha");
    Set<String> changed = new LinkedHashSet<>();
    for (String key : other.keySet()) {
      String preset = key.equals("calibration-preset") ? "windows" : "first";
      Map<String, String> values = new LinkedHashMap<>(Map.of("calibration-preset", preset));
      if (key.startsWith("task")) {
        values.putAll(Map.of("measure", "accuracy", "task", "t"));
      }
      String base = hash(pairs(values));
      values.put(key, other.getOrDefault(key, ""));
      if (!hash(pairs(values)).equals(base)) {
        changed.add(key);
      }
    }
    assertThat(changed)
        .containsExactlyInAnyOrder(
            "model",
            "calibration",
            "calibration-field",
            "calibration-preset",
            "sequences",
            "length",
            "seed",
            "strategy",
            "measure",
            "measures",
            "task",
            "task-data",
            "task-rows",
            "candidates",
            "exclude",
            "ties",
            "until",
            "until-parameters",
            "until-divergence",
            "racing",
            "treatment",
            "dtype");
  }

  @Test
  void whatIsMixedInAndHowMuchChangeTheHash() {
    String half = hash("treatment", "interpolate", "other", "models/tuned");
    assertThat(half).isNotEqualTo(hash());
    assertThat(hash("treatment", "interpolate", "other", "models/tuned", "alpha", "0.25"))
        .isNotEqualTo(half);
    assertThat(hash("treatment", "interpolate", "other", "models/base")).isNotEqualTo(half);
  }

  @Test
  void waysToWriteTheSameValueHashAlike() {
    assertThat(hash("until", "0.250", "exclude", "none", "measures", "nll, top1,kl,ag,kl"))
        .isEqualTo(hash());
    assertThat(hash("exclude", "-0.0")).isEqualTo(hash("exclude", "0"));
  }
}
