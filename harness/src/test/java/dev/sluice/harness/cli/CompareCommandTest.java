package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.benchmarks.dataset.Document;
import dev.sluice.benchmarks.dataset.DocumentFile;
import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.dataset.RowTally;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.SAXException;

class CompareCommandTest {
  private static final int ROWS = 16;

  @TempDir private Path folder;
  private TinyWorld world;

  @BeforeEach
  void evaluate() throws IOException {
    world = TinyWorld.in(folder);
    Path task = GateTask.write(folder, ROWS);
    Path rows =
        Files.writeString(
            folder.resolve("test.jsonl"),
            IntStream.range(0, ROWS)
                .mapToObj(i ->
                    GateTask.row(
                        "gate <" + i * 7 % 13 + ">",
                        (char) ('a' + i) + ", a bit",
                        (char) ('z' - i) + ", a lot",
                        i % 2))
                .collect(Collectors.joining()));
    Path plan =
        Files.writeString(
            folder.resolve("eval.yaml"),
            """
            model: %s
            journal: %s
            task-file: %s
            tasks: gate
            data: [gate=%s]
            variants: [intact, "x=cut:1.ffn;2.attention", "y=cut:0.attention;1.attention"]
            """
                .formatted(world.model(), world.journal(), task, rows));
    Ran.of("eval", plan.toString(), "--name", "first", "-q").done();
    Ran.of("eval", plan.toString(), "--name", "second", "--variants", "x=cut:2.ffn", "-q").done();
  }

  private Ran compare(String... words) {
    List<String> line =
        new ArrayList<>(List.of("compare", "--journal", world.journal().toString()));
    Collections.addAll(line, words);
    return Ran.of(line.toArray(String[]::new));
  }

  @Test
  void everyPairOfAnEvaluationIsThere() {
    JsonNode json = compare("first", "--format", "json", "--flips", "100").done().json();
    assertThat(json.get("variants").findValuesAsText("name")).containsExactly("intact", "x", "y");
    // Three pairs by two metrics.
    assertThat(json.get("differences")).hasSize(6);
    JsonNode scores = json.at("/tasks/0/variants");
    for (JsonNode d : json.get("differences")) {
      int metric = d.get("metric").asText().equals("acc") ? 0 : 1;
      double first = score(scores, d.get("first").asText(), metric);
      double second = score(scores, d.get("second").asText(), metric);
      assertThat(d.get("difference").asDouble()).isCloseTo(second - first, within(1e-12));
      assertThat(d.get("gained").asInt() - d.get("lost").asInt())
          .isEqualTo((int) Math.round(ROWS * (second - first)));
    }
    long flips =
        IntStream.range(0, 6)
            .mapToObj(json.get("differences")::get)
            .filter(d -> d.get("metric").asText().equals("acc_norm"))
            .mapToLong(d -> d.get("lost").asLong() + d.get("gained").asLong())
            .sum();
    assertThat(json.get("flips").size()).isEqualTo((int) flips);
  }

  private static double score(JsonNode scores, String variant, int metric) {
    return scores.get(variant).get("scores").get(metric).get("value").asDouble();
  }

  @Test
  void variantsOfTwoEvaluationsStandSideBySide() {
    String out = compare("first:intact", "first:x", "second:x").done().out();
    assertThat(out.lines().findFirst().orElseThrow())
        .matches("task +metric +shots +items +intact +first:x +second:x");
    assertThat(out).contains("Variants: what is kept", "evaluation   first", "evaluation   second");
  }

  @Test
  void thePageIsWellFormedAndSelfContained()
      throws IOException, ParserConfigurationException, SAXException {
    Path file = folder.resolve("page.html");
    compare("first", "--format", "html", "--output", file.toString()).done();
    String page = Files.readString(file);
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(
            new ByteArrayInputStream(
                page.replaceFirst("<!DOCTYPE html>", "").getBytes(StandardCharsets.UTF_8)));
    assertThat(page)
        .doesNotContain("http://", "https://", "<script")
        .contains("Content-Security-Policy");
    assertThat(page).contains("retained accuracy", "share of parameters cut", "1.ffn: cut");
  }

  @Test
  void tablesAreReadByOtherPrograms() {
    Path parquet = folder.resolve("differences.parquet");
    compare(
            "first",
            "--format",
            "parquet",
            "--table",
            "differences",
            "--output",
            parquet.toString())
        .done();
    String csv = compare("first", "--format", "csv", "--table", "differences").done().out();
    Path file = folder.resolve("differences.csv");
    write(file, csv);
    List<Document> asParquet = rows(parquet);
    List<Document> asCsv = rows(file);
    assertThat(asParquet).hasSameSizeAs(asCsv).hasSize(6);
    for (int i = 0; i < asCsv.size(); i++) {
      assertThat(asParquet.get(i).fields().get("difference").asDouble())
          .isEqualTo(Double.parseDouble(asCsv.get(i).fields().get("difference").asText()));
      assertThat(asParquet.get(i).fields().get("second"))
          .isEqualTo(asCsv.get(i).fields().get("second"));
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Document> rows(Path file) {
    return new DocumentFile(file)
        .documents(new RowTally(OnBadRow.FAIL))
        .collectList()
        .blockOptional()
        .orElseThrow();
  }

  @Test
  void quotedCellsAreReadBack() {
    Path file = folder.resolve("flips.csv");
    write(
        file, compare("first", "--format", "csv", "--table", "flips", "--flips", "9").done().out());
    assertThat(rows(file))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.fields().get("context").asText()).contains("gate <"))
        .anySatisfy(
            row -> assertThat(row.fields().get("continuation").asText()).endsWith(", a bit"));
  }

  @Test
  void evaluationsAreListed() {
    String out = Ran.of("list", "--journal", world.journal().toString()).done().out();
    assertThat(out).containsPattern("first +3 +1 ").containsPattern("second +1 +1 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "third | no evaluation",
        "first:z | has no variant 'z'",
        "first first | named twice",
        "first --format parquet | --output FILE",
        "first --flips -1 | --flips -1",
        "first --format csv --output /nowhere/x.csv | cannot write /nowhere/x.csv"
      })
  void whatCannotBeIsSaidInOneMessage(String line) {
    String[] parts = line.split(" \\| ");
    Ran ran = compare(parts[0].split(" "));
    assertThat(ran.code()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).contains(parts[1]).doesNotContain("\tat ");
  }
}
