package dev.sluice.harness.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.scorers.PrerequisiteException;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * A finished evaluation in one file of compressed JSON lines, {@code NAME.eval.gz}: what was evaluated,
 * its items, how it ended. It is written beside its place and moved there whole.
 */
public final class EvaluationFile implements EvaluationReader {
  static final String SUFFIX = ".eval.gz";
  static final int FORMAT = 1;

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(new DomainModule())
          .build();

  private final Path path;
  private final Evaluation evaluation;

  /** The first line. */
  record Head(int format, Evaluation evaluation) {}

  /** Every other line: an item, or the end. */
  record Line(Optional<ScoredItem> item, Optional<Evaluation.End> end) {}

  private EvaluationFile(Path path, Evaluation evaluation) {
    this.path = path;
    this.evaluation = evaluation;
  }

  /**
   * Open a file and read its head.
   *
   * @throws PrerequisiteException if there is none, or it is damaged or of a newer release
   */
  static EvaluationFile open(Path path) {
    try (BufferedReader lines = lines(path)) {
      String first = lines.readLine();
      if (first == null) {
        throw new EOFException("empty");
      }
      int format = JSON.readTree(first).path("format").asInt();
      if (format != FORMAT) {
        throw new PrerequisiteException(
            "%s has format %d, this release reads %d: use the release that wrote it, or evaluate again"
                .formatted(path, format, FORMAT));
      }
      return new EvaluationFile(path, JSON.readValue(first, Head.class).evaluation());
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  @Override
  public Evaluation evaluation() {
    return evaluation;
  }

  @Override
  public Evaluation.End items(Consumer<ScoredItem> to) {
    try (BufferedReader lines = lines(path)) {
      lines.readLine();
      Optional<Evaluation.End> end = Optional.empty();
      while (end.isEmpty()) {
        String text = lines.readLine();
        if (text == null) {
          throw new EOFException("no end");
        }
        Line line = JSON.readValue(text, Line.class);
        line.item().ifPresent(to);
        end = line.end();
      }
      return end.get();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static BufferedReader lines(Path path) throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(path), 1 << 16), StandardCharsets.UTF_8));
  }

  private static PrerequisiteException unreadable(Path path, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new PrerequisiteException(
          "no evaluation " + path + ": 'sluice list' shows those that are there", e);
    }
    String reason =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return new PrerequisiteException(
        path
            + " is damaged ("
            + reason
            + "): run its 'sluice eval' again, what was answered is not computed again",
        e);
  }
}
