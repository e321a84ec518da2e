package dev.sluice.benchmarks.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.benchmarks.parquet.ParquetTable;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

class DocumentFileTest {
  @TempDir private Path folder;

  private DocumentFile file(String name, String text) throws IOException {
    return new DocumentFile(Files.writeString(folder.resolve(name), text));
  }

  private static List<Document> read(DocumentFile file, OnBadRow policy) {
    return file.documents(new RowTally(policy)).collectList().blockOptional().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "rows.jsonl | {\"a\":\"x\",\"b\":\"y\"}%n%n{\"a\":\"p\",\"b\":\"q\"}",
        "rows.NDJSON | {\"a\":\"x\",\"b\":\"y\"}%n%n{\"a\":\"p\",\"b\":\"q\"}%n",
        "rows.json | {\"a\":\"x\",\"b\":\"y\"}%n%n{\"a\":\"p\",\"b\":\"q\"}",
        "rows.json | [{\"a\":\"x\",\"b\":\"y\"},%n%n{\"a\":\"p\",\"b\":\"q\"}]%n",
        "rows.csv | a,b%n\"x\",y%np,\"q\"%n",
        "rows.tsv | a\tb%nx\ty%np\tq",
      })
  void formatsGiveTheSameRows(String name, String text) throws IOException {
    List<Document> documents = read(file(name, text.formatted()), OnBadRow.FAIL);
    assertThat(documents).extracting(Document::index).containsExactly(0L, 1L);
    assertThat(documents)
        .extracting(d -> d.fields().toString())
        .containsExactly("{\"a\":\"x\",\"b\":\"y\"}", "{\"a\":\"p\",\"b\":\"q\"}");
    assertThat(documents.get(1).line()).isEqualTo(3);
  }

  @Test
  void quotedValuesHoldSeparatorsQuotesAndLines() throws IOException {
    List<Document> documents =
        read(file("a.csv", "a,b\r\n\"x, \"\"y\"\"\r\nz\",\r\n,2\r\n"), OnBadRow.FAIL);
    assertThat(documents.get(0).fields().get("a").textValue()).isEqualTo("x, \"y\"\nz");
    assertThat(documents.get(0).fields().get("b").textValue()).isEmpty();
    assertThat(documents.get(1).line()).isEqualTo(4);
  }

  @Test
  void tabbedValuesKeepTheirQuotes() throws IOException {
    assertThat(read(file("a.tsv", "a\tb\n\"x\ty\"\n"), OnBadRow.FAIL).getFirst().fields())
        .hasToString("{\"a\":\"\\\"x\",\"b\":\"y\\\"\"}");
  }

  @Test
  void linesOfATextOneAfterTheOtherAreTheText() throws IOException {
    for (String text : List.of("", "a", "a\n", "\n \n= A =\n\n\u00e9 \t", " \n\n")) {
      List<Document> documents = read(file("a.txt", text), OnBadRow.FAIL);
      assertThat(documents.stream().map(d -> d.fields().get("text").asText()))
          .allMatch(line -> line.indexOf('\n') < 0 || line.endsWith("\n"));
      assertThat(
              String.join(
                  "", documents.stream().map(d -> d.fields().get("text").asText()).toList()))
          .isEqualTo(text);
    }
    assertThat(read(file("a.raw", "a\r\nb"), OnBadRow.FAIL).getFirst().fields())
        .hasToString("{\"text\":\"a\\n\"}");
  }

  @Test
  void wrongNumberOfValuesIsABadRowAndTheNextIsRead() throws IOException {
    DocumentFile file = file("a.csv", "a,b\n1\n2,3\n");
    assertThatThrownBy(() -> read(file, OnBadRow.FAIL))
        .isInstanceOf(BadRowException.class)
        .hasMessageContaining("a.csv, line 2: 1 values under 2 columns [a, b]");
    assertThat(read(file, OnBadRow.SKIP)).extracting(Document::line).containsExactly(3L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a.csv | a,b%n\"x,y%n | line 2: a quote is opened and never closed",
        "a.csv | a,a%n | line 1: a column name occurs twice",
        "a.csv |  | is empty",
        "a.json | [{\"a\":1},%n{\"a\":}] | line 2: not a JSON array of objects",
        "a.json | [{\"a\":1} | not a JSON array of objects",
        "a.json | [] [] | more follows the array",
      })
  void brokenFilesAreRefusedWhateverThePolicy(String name, String text, String problem)
      throws IOException {
    DocumentFile file = file(name, text == null ? "" : text.formatted());
    assertThatThrownBy(() -> read(file, OnBadRow.SKIP))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void elementThatIsNoObjectIsABadRow() throws IOException {
    DocumentFile file = file("a.json", "[{\"a\":1},\n2,\n{\"a\":3}]");
    assertThatThrownBy(() -> read(file, OnBadRow.FAIL))
        .hasMessageContaining("line 2: element 2 is a number");
    assertThat(read(file, OnBadRow.SKIP)).extracting(Document::index).containsExactly(0L, 2L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.arrow", "a", "a.text"})
  void unknownFormatIsRefusedWithThoseThatAreRead(String name) {
    assertThatThrownBy(() -> new DocumentFile(folder.resolve(name)))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(".parquet, .jsonl, .ndjson, .json, .csv, .tsv, .txt, .raw");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none.jsonl", "none.json", "none.csv"})
  void missingFileIsNamed(String name) {
    assertThatThrownBy(() -> read(new DocumentFile(folder.resolve(name)), OnBadRow.FAIL))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(name);
  }

  @Test
  void rowsAreReadAsTheyAreAskedFor() throws IOException {
    RowTally tally = new RowTally(OnBadRow.FAIL);
    StepVerifier.create(file("a.jsonl", "{}\n{\"b\":1}\nnot JSON").documents(tally), 0)
        .thenRequest(2)
        .expectNextCount(2)
        .thenCancel()
        .verify();
    assertThat(tally.complete()).isFalse();
  }

  @Test
  void digestIsThatOfTheBytes() throws IOException {
    assertThat(file("a.jsonl", "abc").sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void parquetGivesTheRowsOfTheOtherFormats() {
    Path file = folder.resolve("rows.parquet");
    ParquetTable.write(
        file,
        List.of(
            new ParquetTable.Column("a", ParquetTable.ColumnType.TEXT),
            new ParquetTable.Column("b", ParquetTable.ColumnType.TEXT)),
        List.of(List.of("x", "y"), List.of("p", "q")));
    List<Document> documents = read(new DocumentFile(file), OnBadRow.FAIL);
    assertThat(documents)
        .extracting(Document::index, Document::line, d -> d.fields().toString())
        .containsExactly(
            tuple(0L, 1L, "{\"a\":\"x\",\"b\":\"y\"}"), tuple(1L, 2L, "{\"a\":\"p\",\"b\":\"q\"}"));
    StepVerifier.create(new DocumentFile(file).documents(new RowTally(OnBadRow.FAIL)), 1)
        .expectNextCount(1)
        .thenCancel()
        .verify();
  }

  @Test
  void partsAreReadOneAfterTheOtherAndRowsCountThrough() throws IOException {
    Path first = file("a.jsonl", "{\"v\":1}\nbad\n").parts().getFirst();
    Path empty = file("b.jsonl", "").parts().getFirst();
    Path last = file("c.jsonl", "{\"v\":2}\n{\"v\":3}\n").parts().getFirst();
    DocumentFile parts = new DocumentFile(List.of(first, empty, last));
    RowTally tally = new RowTally(OnBadRow.SKIP);
    assertThat(parts.documents(tally).toIterable())
        .extracting(Document::index, Document::file, Document::line, d -> d.fields().toString())
        .containsExactly(
            tuple(0L, first, 1L, "{\"v\":1}"),
            tuple(2L, last, 1L, "{\"v\":2}"),
            tuple(3L, last, 2L, "{\"v\":3}"));
    assertThat(tally.skipped()).isEqualTo(1);
    assertThat(tally.complete()).isTrue();
    assertThat(parts).hasToString(first + " and 2 more parts");
  }

  @Test
  void digestOfPartsIsThatOfTheirBytesTogether() throws IOException {
    Path first = file("a.jsonl", "a").parts().getFirst();
    Path second = file("b.jsonl", "bc").parts().getFirst();
    assertThat(new DocumentFile(List.of(first, second)).sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        .isNotEqualTo(new DocumentFile(List.of(second, first)).sha256());
  }

  @Test
  void duplicateKeysAndDeepNestingAreBadRows() throws IOException {
    assertThatThrownBy(() -> read(file("a.jsonl", "{\"a\":1,\"a\":2}"), OnBadRow.FAIL))
        .isInstanceOf(BadRowException.class)
        .hasMessageContaining("line 1");
    String deep = "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
    assertThatThrownBy(() -> read(file("b.jsonl", deep), OnBadRow.FAIL))
        .isInstanceOf(BadRowException.class);
  }
}
