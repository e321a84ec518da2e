package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.test.StepVerifier;

class JsonLinesTest {
  @TempDir private Path folder;
  private Path file;
  private final CountingOpener opener = new CountingOpener();

  @BeforeEach
  void nameFile() {
    file = folder.resolve("rows.jsonl");
  }

  private JsonLines source(String content) throws IOException {
    Files.writeString(file, content);
    return new JsonLines(file, "text", opener);
  }

  @Test
  void fieldOfEveryRowIsOnePrompt() throws IOException {
    StepVerifier.create(
            source(
                    """
                    {"text": "one", "label": 1}

                    {"label": 2, "text": " tw\\u00f6\\n"}
                    {"text": "", "nested": {"text": "x"}}
                    """)
                .prompts())
        .expectNext(new Prompt(0, "one"), new Prompt(1, " twö\n"), new Prompt(2, ""))
        .verifyComplete();
    assertThat(opener.closed).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"txt\":\"a\",\"n\":1} | no field 'text', there is 'txt', 'n'. Did you mean 'txt'?",
        "{} | no field 'text', there is none",
        "{\"text\":5,\"n\":1} | field 'text' is a number, not a text, there is 'text', 'n'",
        "{\"text\":null} | field 'text' is null, not a text, there is 'text'",
        "{\"text\":[\"a\"]} | field 'text' is an array, not a text, there is 'text'",
        "[1] | not one JSON object per line: it holds an array",
        "\"text\" | not one JSON object per line: it holds a text"
      })
  void rowThatDoesNotFitNamesLineAndFields(String row, String problem) throws IOException {
    StepVerifier.create(source("{\"text\":\"fine\"}\n\n" + row + "\n").prompts())
        .expectNextCount(1)
        .verifyErrorSatisfies(e ->
            assertThat(e)
                .isInstanceOf(PrerequisiteException.class)
                .hasMessage(file + ", line 3: " + problem));
    assertThat(opener.closed).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"text\": \"a\"",
        "{\"text\": \"a\"} {\"text\": \"b\"}",
        "{\"text\": \"a\", \"text\": \"b\"}",
        "plain words",
        "{'text': 'a'}",
        "{"
      })
  void malformedRowNamesTheLine(String row) throws IOException {
    StepVerifier.create(source("{\"text\":\"fine\"}\n" + row).prompts())
        .expectNextCount(1)
        .verifyErrorSatisfies(e ->
            assertThat(e)
                .isInstanceOf(PrerequisiteException.class)
                .hasMessageStartingWith(file + ", line 2: not one JSON object per line: ")
                .extracting(
                    Throwable::getMessage, org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .doesNotContain("\n")
                .hasSizeLessThan(500));
  }

  @Test
  void deeplyNestedRowIsRefused() throws IOException {
    StepVerifier.create(source("{\"text\":" + "[".repeat(200_000)).prompts())
        .verifyError(PrerequisiteException.class);
  }

  @Test
  void manyFieldsAreCountedNotListed() throws IOException {
    StringBuilder row = new StringBuilder("{\"f0\":0");
    for (int i = 1; i < 50; i++) {
      row.append(",\"f").append(i).append("\":0");
    }
    StepVerifier.create(source(row + "}").prompts())
        .verifyErrorSatisfies(e ->
            assertThat(e).hasMessageContaining("'f19' and 30 more").hasMessageNotContaining("f20"));
  }

  @Test
  void rowsAreReadOnDemand() throws IOException {
    JsonLines source = source("{\"text\":\"0123456789\"}\n".repeat(100_000));
    StepVerifier.create(source.prompts(), 3)
        .expectNextCount(3)
        .then(() -> assertThat(opener.bytes).hasValue(Utf8Lines.CHUNK))
        .thenCancel()
        .verify();
    assertThat(opener.closed).hasValue(1);
  }
}
