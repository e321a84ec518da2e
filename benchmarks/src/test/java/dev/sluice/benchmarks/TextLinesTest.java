package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class TextLinesTest {
  @TempDir private Path folder;
  private Path file;
  private final CountingOpener opener = new CountingOpener();

  @BeforeEach
  void nameFile() {
    file = folder.resolve("text.txt");
  }

  private List<String> read(byte[] content) throws IOException {
    Files.write(file, content);
    return texts(new TextLines(file).prompts());
  }

  private List<String> read(String content) throws IOException {
    return read(content.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> texts(Flux<Prompt> prompts) {
    return prompts.map(Prompt::text).collectList().blockOptional().orElseThrow();
  }

  private Path millionLines() throws IOException {
    Files.writeString(file, "0123456789\n".repeat(1_000_000));
    return file;
  }

  @Test
  void everyLineWithTextIsOnePrompt() throws IOException {
    assertThat(read("one\n\ntwo\n  \n three \nfour"))
        .containsExactly("one", "two", " three ", "four");
    assertThat(read("")).isEmpty();
    assertThat(read("\n\n\n")).isEmpty();
  }

  @Test
  void promptsAreNumberedFromZeroWithoutGaps() throws IOException {
    Files.writeString(file, "one\n\n\ntwo\n");
    StepVerifier.create(new TextLines(file).prompts())
        .expectNext(new Prompt(0, "one"), new Prompt(1, "two"))
        .verifyComplete();
  }

  @Test
  void windowsLineEndsAndByteOrderMarkAreNoText() throws IOException {
    assertThat(read("\uFEFFone\r\n\r\ntwo\r\nthr\ree\r")).containsExactly("one", "two", "thr\ree");
    assertThat(read("\uFEFF")).isEmpty();
    assertThat(read("one\n\uFEFFtwo"))
        .as("a mark only at the start")
        .containsExactly("one", "\uFEFFtwo");
  }

  @Test
  void linesThatSpanChunksStayWhole() throws IOException {
    String euros = "€".repeat(Utf8Lines.CHUNK);
    String exact = "x".repeat(Utf8Lines.CHUNK - 1);
    assertThat(read(exact + "\n" + euros + "\n𝄞" + exact))
        .containsExactly(exact, euros, "𝄞" + exact);
  }

  @Test
  void lineUpToTheBoundIsReadAndOneBeyondIsRefused() throws IOException {
    assertThat(read("a\n" + "x".repeat(Utf8Lines.MAX_LINE)).getLast()).hasSize(Utf8Lines.MAX_LINE);
    assertThatThrownBy(() -> read("a\n" + "x".repeat(Utf8Lines.MAX_LINE + 1)))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessage(file + ", line 2: longer than 16777216 bytes. Break the text into lines");
  }

  @Test
  void malformedInputNamesFileLineAndByte() throws IOException {
    Files.write(file, "fine\n\nna\u00EFve\n".getBytes(StandardCharsets.ISO_8859_1));
    StepVerifier.create(new TextLines(file, opener).prompts())
        .expectNextCount(1)
        .verifyErrorSatisfies(e ->
            assertThat(e)
                .isInstanceOf(PrerequisiteException.class)
                .hasMessageStartingWith(file + ", line 3: byte 3 of it, 0xEF, is not UTF-8."));
    assertThat(opener.closed).as("closed after the error").hasValue(1);
  }

  @Test
  void everyMalformedFormIsRefused() {
    byte[][] forms = {
      {(byte) 0xFF, (byte) 0xFE, 'a', 0},
      {'a', (byte) 0xC3},
      {(byte) 0xC0, (byte) 0xAF},
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
      {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
      {(byte) 0xE2, (byte) 0x82, '\n', (byte) 0xAC}
    };
    for (byte[] form : forms) {
      assertThatThrownBy(() -> read(form))
          .as("bytes %s", (Object) form)
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("line 1")
          .hasMessageContaining("UTF-8");
    }
  }

  @Test
  void missingFileAndFolderAreNamed() {
    assertThatThrownBy(() -> texts(new TextLines(file).prompts()))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessage("no file " + file + ": check the path");
    assertThatThrownBy(() -> texts(new TextLines(folder).prompts()))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessage(folder + " is a folder: name a text file in it");
  }

  @Test
  void fileWithoutPermissionIsNamed() {
    // Thrown by hand: a test that runs as root may read everything.
    TextLines source =
        new TextLines(
            file,
            path -> {
              throw new AccessDeniedException(path.toString());
            });
    assertThatThrownBy(() -> texts(source.prompts()))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessage("may not read " + file + ": check its permissions");
  }

  @Test
  void failingDeviceIsReportedAndClosed() throws IOException {
    Files.writeString(file, "text");
    int[] closed = new int[1];
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Input/output error");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
          }

          @Override
          public void close() {
            closed[0]++;
          }
        };
    StepVerifier.create(new TextLines(file, path -> broken).prompts())
        .verifyErrorMessage("cannot read " + file + ": Input/output error");
    assertThat(closed[0]).isEqualTo(1);
  }

  @Test
  void demandBoundsWhatIsRead() throws IOException {
    TextLines source = new TextLines(millionLines(), opener);
    StepVerifier.create(source.prompts(), 0)
        .expectSubscription()
        .then(() -> assertThat(opener.bytes).as("before any demand").hasValue(0))
        .thenRequest(3)
        .expectNextCount(3)
        .then(() -> assertThat(opener.bytes).as("after three").hasValue(Utf8Lines.CHUNK))
        .thenRequest(2_000)
        .expectNextCount(2_000)
        .then(() ->
            assertThat(opener.bytes.get())
                .as("after 2003 lines of 11 bytes")
                .isBetween(2_003L * 11, 2_003L * 11 + Utf8Lines.CHUNK))
        .thenCancel()
        .verify();
    assertThat(opener.closed).hasValue(1);
  }

  @Test
  void cancelClosesTheFile() throws IOException {
    TextLines source = new TextLines(millionLines(), opener);
    assertThat(texts(source.prompts().take(2))).hasSize(2);
    assertThat(opener.closed).hasValue(1);
    assertThat(opener.bytes.get()).isLessThanOrEqualTo(Utf8Lines.CHUNK);
  }

  @Test
  void completionClosesTheFileOnce() throws IOException {
    Files.writeString(file, "one\ntwo\n");
    assertThat(texts(new TextLines(file, opener).prompts())).hasSize(2);
    assertThat(opener.closed).hasValue(1);
  }

  @Test
  void eachSubscriberOpensTheFileForItself() throws IOException {
    Files.writeString(file, "one\ntwo\n");
    Flux<Prompt> prompts = new TextLines(file, opener).prompts();
    assertThat(opener.opened).as("nothing before a subscriber").hasValue(0);
    assertThat(texts(prompts)).containsExactly("one", "two");
    assertThat(texts(prompts)).containsExactly("one", "two");
    StepVerifier.create(Flux.zip(prompts, prompts)).expectNextCount(2).verifyComplete();
    assertThat(opener.opened).hasValue(4);
    assertThat(opener.closed).hasValue(4);
  }

  @Test
  void linesAreReadOnTheSubscribersThread() throws IOException {
    Files.writeString(file, "one\ntwo\n");
    assertThat(texts(new TextLines(file, opener).prompts())).hasSize(2);
    assertThat(opener.readers).isEqualTo(Set.of(Thread.currentThread()));
  }

  @Test
  void slowConsumerOnAnotherThreadBoundsReading() throws IOException {
    AtomicLong consumed = new AtomicLong();
    AtomicLong ahead = new AtomicLong();
    TextLines source = new TextLines(millionLines(), opener);
    source
        .prompts()
        .publishOn(Schedulers.parallel(), 4)
        .doOnNext(p -> {
          long read = opener.bytes.get() - 11 * consumed.incrementAndGet();
          ahead.accumulateAndGet(read, Math::max);
        })
        .take(20_000)
        .blockLast();
    assertThat(ahead.get()).isLessThanOrEqualTo(Utf8Lines.CHUNK + 5L * 11);
  }
}
