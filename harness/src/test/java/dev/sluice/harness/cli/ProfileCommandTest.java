package dev.sluice.harness.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightMagnitudes;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.profile.DepthProfiler;
import dev.sluice.harness.profile.SeparabilityProbe;
import dev.sluice.harness.profile.TaylorProfiler;
import dev.sluice.harness.session.DemoModel;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Separability;
import dev.sluice.scorers.TaylorScores;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import reactor.core.publisher.Flux;

/** The command on the demo model, against the profilers called directly and against formulas. */
class ProfileCommandTest {
  private static final int SUBLAYERS = 24;
  private static final int QUESTIONS = 80;

  @TempDir private static Path folder;
  private static DemoModel demo;
  private static Path task;
  private static Path questions;

  @BeforeAll
  static void write() throws IOException {
    demo = DemoModel.unpackedIn(folder.resolve("demo"));
    task =
        Files.writeString(
            folder.resolve("number.yaml"),
            """
            name: number
            version: "1.0"
            measures: Whether the subject of a sentence is one or many.
            licence: Apache-2.0
            source: {dataset: own/number, split: test, rows: %d}
            request: multiple_choice
            context: "{context}"
            choices: [singular, plural]
            gold: {rule: index, field: label}
            metrics: [acc]
            """
                .formatted(QUESTIONS));
    StringBuilder rows = new StringBuilder();
    for (JsonNode row : demoRows("agree")) {
      String right = row.get("choices").get(row.get("label").asInt()).asText();
      rows.append(
          "{\"context\": \"%s\", \"label\": %d}\n"
              .formatted(
                  row.get("context").asText(),
                  right.startsWith("was") || right.startsWith("is") ? 0 : 1));
    }
    questions = Files.writeString(folder.resolve("number.jsonl"), rows);
  }

  private static List<JsonNode> demoRows(String name) throws IOException {
    try (var in = ProfileCommandTest.class.getResourceAsStream("/demo/tasks/" + name + ".jsonl")) {
      return new String(requireNonNull(in).readAllBytes(), UTF_8)
          .lines()
          .limit(QUESTIONS)
          .map(Ran::json)
          .toList();
    }
  }

  private static Ran profile(String... more) {
    List<String> line = new ArrayList<>(List.of("profile", "--model", demo.folder().toString()));
    Collections.addAll(line, "--calibration", demo.calibration().toString());
    Collections.addAll(line, "--calibration-preset", "first", "--sequences", "3", "--length", "48");
    Collections.addAll(line, "--threads", "2");
    Collections.addAll(line, more);
    return Ran.of(line.toArray(String[]::new));
  }

  private static <T> T onDemo(Function<TorchEngine, T> work) {
    try (Checkpoint checkpoint = Checkpoint.open(demo.folder());
        TorchEngine engine =
            TorchEngine.open(
                checkpoint,
                new TorchEngine.Options(
                    DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1)))) {
      return work.apply(engine);
    }
  }

  private static List<int[]> tokens(Function<Tokenizer, List<int[]>> read) {
    try (Tokenizer tokenizer = Tokenizer.open(demo.folder().resolve("tokenizer.json"), 704)) {
      return read.apply(tokenizer);
    }
  }

  /** The first tokens of the text's lines, joined by blanks, in rows of 48. */
  private static List<int[]> firstRows() throws IOException {
    String text = String.join(" ", Files.readAllLines(demo.calibration()));
    return tokens(tokenizer -> {
      int[] all = tokenizer.encode(text.substring(0, 4000), true);
      return IntStream.range(0, 3)
          .mapToObj(row -> Arrays.copyOfRange(all, 48 * row, 48 * (row + 1)))
          .toList();
    });
  }

  private static Flux<TokenBatch> batches(List<int[]> rows) {
    return new Batcher(1).batches(Flux.fromIterable(rows));
  }

  private static void close(JsonNode found, double expected, String what) {
    assertThat(found.asDouble())
        .as(what)
        .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
  }

  @Test
  void numbersAreThoseOfTheProfilerOnTheSameTokens() throws IOException {
    List<int[]> rows = firstRows();
    DepthProfile direct =
        onDemo(engine -> {
          try (DepthProfiler profiler = new DepthProfiler(engine, SUBLAYERS, 1)) {
            return requireNonNull(profiler.profile(batches(rows)).block());
          }
        });
    JsonNode json = profile("--json", "--batch-tokens", "100").done().json();
    JsonNode profile = json.get("profile");
    assertThat(profile.get("rows").asInt()).isEqualTo(3);
    assertThat(profile.get("tokens").asInt()).isEqualTo(3 * 48);
    assertThat(profile.get("angle")).hasSize(SUBLAYERS + 1);
    for (int i = 0; i <= SUBLAYERS; i++) {
      for (int j = 0; j <= SUBLAYERS; j++) {
        String what = i + " and " + j;
        close(profile.get("cosine").get(i).get(j), direct.cosine().get(i).get(j), "cos " + what);
        close(profile.get("angle").get(i).get(j), direct.angle().get(i).get(j), "angle " + what);
        close(profile.get("cka").get(i).get(j), direct.cka().get(i).get(j), "cka " + what);
      }
    }
    for (int p = 0; p < SUBLAYERS; p++) {
      close(json.at("/sublayers/" + p + "/update"), direct.update().get(p), "update " + p);
    }
    assertThat(json.has("taylor")).isFalse();
    assertThat(json.has("separability")).isFalse();
    assertThat(json.at("/sublayers/0").has("taylor")).isFalse();
  }

  @Test
  void influencesAndDistancesFollowFromTheMatrices() {
    JsonNode json = profile("--json").done().json();
    JsonNode cosine = json.at("/profile/cosine");
    JsonNode angle = json.at("/profile/angle");
    assertThat(json.get("blocks")).hasSize(12);
    for (int b = 0; b < 12; b++) {
      JsonNode block = json.get("blocks").get(b);
      close(block.get("influence"), 1 - cosine.get(2 * b).get(2 * b + 2).asDouble(), "BI " + b);
      close(block.get("angle"), angle.get(2 * b).get(2 * b + 2).asDouble(), "angle " + b);
      assertThat(json.get("angularDistance").get(b)).hasSize(12 - b);
      for (int n = 1; b + n <= 12; n++) {
        assertThat(json.get("angularDistance").get(b).get(n - 1))
            .isEqualTo(angle.get(2 * (b + n)).get(2 * b));
      }
    }
    for (int p = 0; p < SUBLAYERS; p++) {
      JsonNode sublayer = json.get("sublayers").get(p);
      assertThat(sublayer.get("sublayer").asText()).isEqualTo(Sublayer.at(p).toString());
      close(sublayer.get("influence"), 1 - cosine.get(p).get(p + 1).asDouble(), "influence " + p);
    }
  }

  @Test
  void weightsAndGradientsAreThoseOfTheModel() throws IOException {
    List<int[]> rows = firstRows();
    TaylorScores taylor =
        onDemo(engine -> {
          TaylorProfiler.Limits limits = new TaylorProfiler.Limits(5, 7);
          try (TaylorProfiler profiler = new TaylorProfiler(engine, SUBLAYERS, limits)) {
            return requireNonNull(profiler.scores(batches(rows)).block());
          }
        });
    WeightMagnitudes magnitudes;
    try (Checkpoint checkpoint = Checkpoint.open(demo.folder())) {
      magnitudes = WeightMagnitudes.of(checkpoint);
    }
    JsonNode json = profile("--taylor", "--format", "json").done().json();
    assertThat(json.at("/taylor/predictions").asInt()).isEqualTo(3 * 47);
    close(json.at("/taylor/loss"), taylor.loss(), "loss");
    for (int p = 0; p < SUBLAYERS; p++) {
      JsonNode sublayer = json.get("sublayers").get(p);
      double score = taylor.scores().get(p);
      assertThat(sublayer.get("taylor").asDouble()).isCloseTo(score, within(1e-4 * score));
      assertThat(sublayer.get("l1").asDouble()).isEqualTo(magnitudes.l1().get(p));
      assertThat(sublayer.get("l2").asDouble()).isEqualTo(magnitudes.l2().get(p));
    }
  }

  @Test
  void separabilityIsThatOfTheQuestionsByTheirRightAnswers() throws IOException {
    List<Integer> labels = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(questions)) {
      JsonNode row = new ObjectMapper().readTree(line);
      labels.add(row.get("label").asInt());
      texts.add(row.get("context").asText());
    }
    List<int[]> prompts =
        tokens(tokenizer -> texts.stream().map(text -> tokenizer.encode(text, true)).toList());
    Separability direct =
        onDemo(engine -> {
          try (SeparabilityProbe probe = new SeparabilityProbe(engine, SUBLAYERS, 1)) {
            return requireNonNull(probe.probe(batches(prompts), labels).block());
          }
        });
    JsonNode found =
        profile("--json", "--task-file", task.toString(), "--data", questions.toString())
            .done()
            .json()
            .get("separability");
    assertThat(found.get("task").asText()).isEqualTo("number");
    assertThat(found.get("prompts").asInt()).isEqualTo(QUESTIONS);
    assertThat(found.get("classes").toString()).isEqualTo("[\"singular\",\"plural\"]");
    long plural = labels.stream().filter(label -> label == 1).count();
    assertThat(found.get("majority").asDouble())
        .isEqualTo((double) Math.max(plural, QUESTIONS - plural) / QUESTIONS);
    JsonNode depths = found.get("depths");
    assertThat(depths).hasSize(SUBLAYERS + 1);
    assertThat(depths.get(0).get("behind").asText()).isEqualTo("embedding");
    assertThat(depths.get(24).get("behind").asText()).isEqualTo("11.ffn");
    for (int p = 0; p <= SUBLAYERS; p++) {
      JsonNode depth = depths.get(p);
      assertThat(depth.get("correct").asInt()).as("%d", p).isEqualTo(direct.correct().get(p));
      assertWilson(depth);
    }
    assertThat(depths.get(0).get("accuracy").asDouble()).as("by the last word").isLessThan(0.75);
    assertThat(depths.get(24).get("low").asDouble()).as("the verb comes next").isGreaterThan(0.9);
  }

  /** By the equation that the ends of the interval solve: (share - p)^2 = z^2 p (1 - p) / n. */
  private static void assertWilson(JsonNode depth) {
    double share = depth.get("correct").asInt() / (double) QUESTIONS;
    assertThat(depth.get("accuracy").asDouble()).isEqualTo(share);
    for (String end : List.of("low", "high")) {
      double p = depth.get(end).asDouble();
      double z = 1.959963984540054;
      assertThat((share - p) * (share - p))
          .isCloseTo(z * z * p * (1 - p) / QUESTIONS, within(1e-9));
    }
    assertThat(depth.get("low").asDouble()).isLessThanOrEqualTo(share);
    assertThat(depth.get("high").asDouble()).isGreaterThanOrEqualTo(share);
  }

  @Test
  void textHasTheNumbersOfTheJsonInEightyColumns() {
    String[] options = {"--taylor", "--task-file", task.toString(), "--data", questions.toString()};
    JsonNode json = profile(with(options, "--json")).done().json();
    String text = profile(options).done().out();
    assertThat(text.lines()).allSatisfy(l -> assertThat(l).hasSizeLessThanOrEqualTo(80));
    for (JsonNode s : json.get("sublayers")) {
      assertThat(row(text, s.get("sublayer").asText()))
          .containsExactly(
              s.get("sublayer").asText(),
              score(s.get("influence")),
              score(s.get("update")),
              score(s.get("l1")),
              score(s.get("l2")),
              score(s.get("taylor")));
    }
    JsonNode angle = json.at("/profile/angle");
    String cells = text.substring(text.indexOf("angle over pi, last token"));
    assertThat(row(cells, "12"))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(-1, 12)
                .mapToObj(j ->
                    Long.toString(
                        j < 0 ? 12 : Math.round(100 * angle.get(24).get(2 * j).asDouble())))
                .toList());
    assertThat(text)
        .contains("80 questions of task number; guessing", "2 classes: singular, plural.");
    int least = least(json.get("angularDistance"), 2);
    assertThat(row(text.substring(text.indexOf("Runs of blocks")), "2"))
        .startsWith(
            "2",
            score(json.get("angularDistance").get(least).get(1)),
            Integer.toString(least),
            Integer.toString(least + 1));
  }

  private static int least(JsonNode distances, int n) {
    return IntStream.rangeClosed(0, 12 - n)
        .boxed()
        .min((a, b) ->
            Double.compare(
                distances.get(a).get(n - 1).asDouble(), distances.get(b).get(n - 1).asDouble()))
        .orElseThrow();
  }

  private static String score(JsonNode value) {
    return Quantities.score(value.asDouble());
  }

  private static List<String> row(String text, String name) {
    return text.lines()
        .map(line -> List.of(line.strip().split(" +")))
        .filter(cells -> cells.getFirst().equals(name) && cells.size() > 1)
        .findFirst()
        .orElseThrow();
  }

  private static String[] with(String[] options, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(options));
    Collections.addAll(all, more);
    return all.toArray(String[]::new);
  }

  @Test
  void pageIsWellFormedWithACellForEachPairOfDepths() throws Exception {
    String page =
        profile("--format", "html", "--task-file", task.toString(), "--data", questions.toString())
            .done()
            .out();
    Document parsed =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page)));
    assertThat(parsed.getElementsByTagName("svg").getLength()).isEqualTo(3);
    assertThat(parsed.getElementsByTagName("rect").getLength()).isEqualTo(3 * 25 * 25);
    assertThat(parsed.getElementsByTagName("table").getLength()).isEqualTo(4);
    assertThat(parsed.getElementsByTagName("link").getLength()).as("the empty icon").isEqualTo(1);
    assertThat(page).contains("80 questions of task number", "10.attention");
  }
}
