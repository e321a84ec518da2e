package dev.sluice.benchmarks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.parquet.ParquetTable.Column;
import dev.sluice.benchmarks.parquet.ParquetTable.ColumnType;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetTableTest {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("task", ColumnType.TEXT),
          new Column("doc \"id\"", ColumnType.INTEGER),
          new Column("nats", ColumnType.REAL),
          new Column("right", ColumnType.BOOLEAN));

  @TempDir private Path folder;

  private static List<@Nullable Object> row(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  @Test
  void rowsAreReadBackAsTheyWereWritten() {
    Path file = folder.resolve("it's [a] table.parquet");
    ParquetTable.write(
        file,
        COLUMNS,
        List.of(
            row("a \"q\" 'x'\n\u0000𝒳", Long.MIN_VALUE, -0.1, true),
            row("", Long.MAX_VALUE, Double.MIN_VALUE, false),
            row(null, null, null, null),
            row("x", 0L, Double.NaN, true)));
    assertThat(ParquetRowsTest.read(file))
        .extracting(ObjectNode::toString)
        .containsExactly(
            "{\"task\":\"a \\\"q\\\" 'x'\\n\\u0000𝒳\",\"doc \\\"id\\\"\":-9223372036854775808,"
                + "\"nats\":-0.1,\"right\":true}",
            "{\"task\":\"\",\"doc \\\"id\\\"\":9223372036854775807,\"nats\":4.9E-324,"
                + "\"right\":false}",
            "{\"task\":null,\"doc \\\"id\\\"\":null,\"nats\":null,\"right\":null}",
            "{\"task\":\"x\",\"doc \\\"id\\\"\":0,\"nats\":null,\"right\":true}");
  }

  @Test
  void manyRowsKeepTheirOrder() {
    Path file = folder.resolve("many.parquet");
    List<List<Object>> rows = new ArrayList<>();
    for (long i = 0; i < 30_000; i++) {
      rows.add(List.of(i * 7919 % 30_011));
    }
    ParquetTable.write(file, List.of(new Column("v", ColumnType.INTEGER)), rows);
    assertThat(ParquetRowsTest.read(file))
        .extracting(row -> (Object) row.get("v").asLong())
        .containsExactlyElementsOf(rows.stream().map(List::getFirst).toList());
  }

  @Test
  void fileIsReplacedAsAWholeOrLeftAsItIs() throws IOException {
    Path file = folder.resolve("t.parquet");
    List<Column> columns = List.of(new Column("v", ColumnType.INTEGER));
    ParquetTable.write(file, columns, List.of(List.of(1L)));
    byte[] before = Files.readAllBytes(file);
    Iterable<List<Object>> failing =
        () ->
            Stream.of(2L, 3L)
                .map(v -> {
                  if (v == 3) {
                    throw new IllegalStateException("no more rows");
                  }
                  return List.<Object>of(v);
                })
                .iterator();
    assertThatThrownBy(() -> ParquetTable.write(file, columns, failing)).hasMessage("no more rows");
    assertThat(file).hasBinaryContent(before);
    assertThat(folder)
        .isDirectoryContaining(file::equals)
        .isDirectoryNotContaining(f -> !f.equals(file));
    ParquetTable.write(file, columns, List.of(List.of(4L)));
    assertThat(ParquetRowsTest.read(file)).hasToString("[{\"v\":4}]");
    assertThat(folder).isDirectoryNotContaining(f -> !f.equals(file));
  }

  @Test
  void valuesThatDoNotFitTheirColumnsAreDefects() {
    Path file = folder.resolve("t.parquet");
    assertThatThrownBy(() -> ParquetTable.write(file, COLUMNS, List.of(List.of("a"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 values for 4 columns");
    assertThatThrownBy(
            () -> ParquetTable.write(file, COLUMNS, List.of(List.of("a", "b", 1.0, true))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("column doc \"id\": b is no Long");
    List<Column> twice =
        List.of(new Column("a", ColumnType.TEXT), new Column("A", ColumnType.TEXT));
    assertThatThrownBy(() -> ParquetTable.write(file, twice, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no name twice");
    assertThat(file).doesNotExist();
  }

  @Test
  void folderThatIsNotThereIsNamed() {
    Path file = folder.resolve("none/t.parquet");
    assertThatThrownBy(() -> ParquetTable.write(file, COLUMNS, List.of()))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(file + " cannot be written");
  }
}
