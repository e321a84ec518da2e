package dev.sluice.benchmarks.parquet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetRowsTest {
  private static final Path FIXTURE = Path.of("src/test/resources/parquet/rows.parquet");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  static List<ObjectNode> read(Path file) {
    List<ObjectNode> all = new ArrayList<>();
    try (ParquetRows rows = ParquetRows.open(file)) {
      for (ObjectNode row = rows.next(); row != null; row = rows.next()) {
        all.add(row);
      }
    }
    return all;
  }

  /** Writes what a query gives, as DuckDB does. */
  private Path copy(String query, String name) throws SQLException {
    Path file = folder.resolve(name);
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = database.createStatement()) {
      statement.execute(
          "COPY (%s) TO '%s' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
              .formatted(query, file.toString().replace("'", "''")));
    }
    return file;
  }

  /**
   * Both files are pyarrow 25's of the same table: row groups of four rows, zstd, dictionaries, nested
   * lists and structs, every width of integer. The lines are Python's json.dumps of to_pylist(),
   * with null for NaN and infinity, and times as texts.
   */
  @Test
  void rowsOfPyarrowAreThoseOfItsJsonLines() throws IOException {
    List<JsonNode> expected = new ArrayList<>();
    for (String line : Files.readAllLines(FIXTURE.resolveSibling("rows.jsonl"))) {
      expected.add(MAPPER.readTree(line));
    }
    List<ObjectNode> rows = read(FIXTURE);
    assertThat(rows).hasSize(7);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i)).as("row %d", i).isEqualTo(expected.get(i));
      // Equal objects may differ in the order of their fields.
      assertThat(rows.get(i)).hasToString(expected.get(i).toString());
    }
  }

  @Test
  void mapsAreObjectsAndTimesAreTexts() throws SQLException {
    Path file =
        copy(
            "SELECT MAP {'k': [1, 2], 'l': []} AS m, TIMESTAMPTZ '2020-01-02 03:04:05+02' AS z,"
                + " TIME '01:02:03' AS c, 1.50::DECIMAL(9, 2) AS d,"
                + " {'x': 'NaN'::DOUBLE, 'y': ['-Infinity'::FLOAT, 1]} AS n",
            "m.parquet");
    assertThat(read(file))
        .extracting(ObjectNode::toString)
        .containsExactly(
            "{\"m\":{\"k\":[1,2],\"l\":[]},\"z\":\"2020-01-02 01:04:05+00\",\"c\":\"01:02:03\","
                + "\"d\":1.5,\"n\":{\"x\":null,\"y\":[null,1.0]}}");
  }

  @Test
  void orderIsThatOfTheFileOverAllRowGroups() throws SQLException {
    Path file = copy("SELECT (i * 7919) % 20011 AS v FROM range(20011) t(i)", "order.parquet");
    assertThat(read(file))
        .extracting(row -> row.get("v").asInt())
        .containsExactlyElementsOf(
            IntStream.range(0, 20011).mapToObj(i -> (int) (i * 7919L % 20011)).toList());
  }

  @Test
  void rowsCanBeLeftEarlyAndTheFileReadAgain() throws SQLException {
    Path file = copy("SELECT i AS v, repeat('x', 500) AS s FROM range(50000) t(i)", "big.parquet");
    String first = "{\"v\":0,\"s\":\"" + "x".repeat(500) + "\"}";
    for (int again = 0; again < 3; again++) {
      ParquetRows rows = ParquetRows.open(file);
      assertThat(rows.next()).hasToString(first);
      rows.close();
      rows.close();
    }
  }

  @Test
  void emptyTableHasNoRows() throws SQLException {
    assertThat(read(copy("SELECT 1 AS v WHERE false", "none.parquet"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "it's.parquet",
        "a[b]c.parquet",
        "q*?.parquet",
        "ü \"x\".parquet",
        "{a,b}.parquet"
      })
  void pathIsThisOneFileWhateverItsCharacters(String name) throws IOException {
    Path inside = Files.createDirectories(folder.resolve("subject=x"));
    // What the name would match as a pattern.
    Files.copy(FIXTURE, inside.resolve("abc.parquet"));
    Files.copy(FIXTURE, inside.resolve("qqq.parquet"));
    Path file = Files.copy(FIXTURE, inside.resolve(name));
    assertThat(read(file)).hasSize(7).allMatch(row -> !row.has("subject"));
  }

  @Test
  void columnsThatAreNamedLikePartsOfAQueryAreColumns() throws SQLException {
    Path file =
        copy(
            "SELECT 1 AS \"row\", 2 AS file_row_number, 3 AS filename, 4 AS \"a.b\", 5 AS \"x\"\"y\"",
            "names.parquet");
    assertThat(read(file).getFirst())
        .hasToString("{\"row\":1,\"file_row_number\":2,\"filename\":3,\"a.b\":4,\"x\\\"y\":5}");
  }

  private Path damaged(byte[] content) throws IOException {
    return Files.write(folder.resolve("bad.parquet"), content);
  }

  private static void assertRefused(Path file, String problem) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(problem)
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatIsNotParquetIsNamed() throws IOException {
    assertRefused(damaged("{\"a\": 1}\n".getBytes(UTF_8)), "is not Parquet");
    assertRefused(damaged(new byte[0]), "is not Parquet");
    assertRefused(damaged("P".getBytes(UTF_8)), "is not Parquet");
    assertRefused(
        damaged("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".getBytes(UTF_8)),
        "run 'git lfs pull'");
    assertRefused(folder.resolve("none.parquet"), "no file");
    assertRefused(folder, "is a folder");
  }

  @Test
  void fileThatIsCutOffIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(FIXTURE);
    assertRefused(damaged(Arrays.copyOf(whole, whole.length / 2)), "is cut off at");
    assertRefused(damaged(Arrays.copyOf(whole, whole.length - 1)), "is cut off at");
    assertRefused(damaged("PAR1".getBytes(UTF_8)), "cannot be read as Parquet");
    assertRefused(damaged("PAR1PAR1".getBytes(UTF_8)), "cannot be read as Parquet");
  }

  @Test
  void damageInTheMiddleIsNamedWhenItIsMet() throws Exception {
    Path file = copy("SELECT i AS v, hash(i)::VARCHAR AS s FROM range(50000) t(i)", "d.parquet");
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length / 2, bytes.length * 3 / 4, (byte) 0xee);
    assertRefused(damaged(bytes), "cannot be read as Parquet");
    byte[] footer = Files.readAllBytes(file);
    Arrays.fill(footer, footer.length - 80, footer.length - 8, (byte) 0xee);
    assertRefused(damaged(footer), "cannot be read as Parquet");
  }
}
