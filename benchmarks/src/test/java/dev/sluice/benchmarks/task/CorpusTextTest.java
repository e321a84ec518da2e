package dev.sluice.benchmarks.task;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.benchmarks.SharedData;
import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of which perplexities are taken, from the original file and from the hub's rows. */
class CorpusTextTest {
  private static final String RAW = " \n = A = \n \n One . \n = = B = = \n \n = C = \n Two . \n \n";

  @TempDir private Path folder;

  private static List<Item> items(String task, Path file) {
    Task known = SyntheticRows.task(task);
    ItemSource source =
        new ItemSource(
            known, TaskFiles.in(file, known, 0), ItemSource.Options.of(ScoringMode.LM_EVAL, 0));
    return source.items(source.tally()).collectList().blockOptional().orElseThrow();
  }

  private static String text(String task, Path file) {
    List<Item> items = items(task, file);
    assertThat(items).hasSize(1);
    return items.getFirst().requests().getFirst().continuation();
  }

  private Path raw() throws IOException {
    return Files.writeString(folder.resolve("wiki.test.raw"), RAW);
  }

  /** The data set's script: a line with its end is a row, a blank line an empty one. */
  private Path hub(String raw) throws IOException {
    String rows =
        Stream.of(raw.split("(?<=\n)"))
            .map(line -> line.isBlank() ? "" : line)
            .map(row -> JsonNodeFactory.instance.objectNode().put("text", row) + "\n")
            .collect(Collectors.joining());
    return Files.writeString(folder.resolve("hub.jsonl"), rows);
  }

  @Test
  void gptqJoinsTheHubsRowsWithBlankLines() throws IOException {
    String text =
        "\n\n = A = \n\n\n\n\n One . \n\n\n = = B = = \n\n\n\n\n = C = \n\n\n Two . \n\n\n";
    assertThat(text("wikitext2_gptq_2048", raw())).isEqualTo(text);
    assertThat(text("wikitext2_gptq_4096", hub(RAW))).isEqualTo(text);
  }

  @Test
  void llamaCppReadsTheFileWithoutItsLastLineEnd() throws IOException {
    assertThat(text("wikitext2_llama_cpp", raw())).isEqualTo(RAW.substring(0, RAW.length() - 1));
    assertThat(text("wikitext2_llama_cpp", hub(RAW))).isEqualTo(RAW.substring(0, RAW.length() - 1));
  }

  @Test
  void linesBecomePagesAtHeadingsOfTheFirstLevel() throws IOException {
    for (Path file : List.of(raw(), hub(RAW))) {
      assertThat(items("wikitext", file))
          .extracting(item -> item.document().fields().get("page").asText())
          .containsExactly(" = A = \n \n One . \n = = B = = \n ", " = C = \n Two . \n \n");
      assertThat(items("wikitext", file)).extracting(Item::docId).containsExactly(0L, 1L);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "wikitext2_gptq_2048, GPTQ",
    "wikitext2_llama_cpp, CPP",
    "wikitext, PAGES",
  })
  void theOfficialFileGivesPythonsTexts(String task, String expected) throws IOException {
    Path file = SharedData.require("data/text/wikitext2.test.raw");
    for (Path data : List.of(file, hub(Files.readString(file)))) {
      String text =
          items(task, data).stream()
              .map(item ->
                  item.document().fields().has("page")
                      ? item.document().fields().get("page").asText()
                      : item.requests().getFirst().continuation())
              .collect(Collectors.joining("\0"));
      // hashlib.sha256(text.encode()): "\n\n".join(rows), open(file).read()[:-1], and the pages of
      // the data set's script joined with "\0".
      assertThat(sha256(text))
          .isEqualTo(
              switch (expected) {
                case "GPTQ" -> "696cca6b65a171b0a358a4be6732cdfdf2dd6164a32e20fd70e3c13fc4dfae83";
                case "CPP" -> "1fac759f5d0b026fe6a123d00ddd31ec88458a0284f72bdf5c0adf164b789e18";
                default -> "d0b16b3ea2df933c8a7c98e8b39093f025b25aa357d03b598e6532b2ec27f78c";
              });
    }
  }

  @Test
  void shareOfRowsIsRoundedUp() throws IOException {
    Task task = SyntheticRows.task("lambada_openai");
    Path file = Files.writeString(folder.resolve("test.jsonl"), "{\"text\": \"a b\"}\n".repeat(11));
    ItemSource.Options options =
        new ItemSource.Options(
            ScoringMode.LM_EVAL, 0, ItemSource.Limit.parse("0.1"), 1234, OnBadRow.FAIL);
    ItemSource source = new ItemSource(task, TaskFiles.in(file, task, 0), options);
    assertThat(source.items(source.tally()).count().block()).isEqualTo(2);
  }

  @Test
  void aLimitCountsWhatIsLeftBehindItsFirstRow() {
    assertThat(ItemSource.Limit.parse("0:")).isEqualTo(ItemSource.Limit.NONE);
    assertThat(ItemSource.Limit.parse("200:")).isEqualTo(ItemSource.Limit.after(200));
    assertThat(ItemSource.Limit.parse("200:").of(250)).isEqualTo(50);
    assertThat(ItemSource.Limit.parse("200:").of(150)).isZero();
    assertThat(ItemSource.Limit.parse("200:210").of(250)).isEqualTo(10);
    assertThat(ItemSource.Limit.parse("200:210").of(205)).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "-1", "0.0", "1.0", "ten", "", "1e-2", ":5", "5:5", "7:3", "0.1:"})
  void limitIsANumberOrAShare(String text) {
    assertThatThrownBy(() -> ItemSource.Limit.parse(text))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void windowsAreCheckedWithTheRestOfTheFile() {
    String task =
        """
        name: mine
        version: "1"
        measures: Something.
        licence: MIT
        source: {dataset: me/mine, split: test}
        request: corpus
        continuation: "{text}"
        windows: {convention: gptk, length: 3, joined: x}
        metrics: [token_perplexity, acc]
        """;
    assertThatThrownBy(() -> TaskReader.read("mine.yaml", task))
        .hasMessageContaining("'windows.convention' is 'gptk', not one of gptq, llama_cpp")
        .hasMessageContaining("'windows.length' is '3', not a whole number from 4")
        .hasMessageContaining("'windows.joined' is no key. Did you mean 'join'?")
        .hasMessageContaining("'metrics' has 'acc', which corpus does not give");
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
