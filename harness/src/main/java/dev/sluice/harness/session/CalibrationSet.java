package dev.sluice.harness.session;

import dev.sluice.benchmarks.CalibrationRows;
import dev.sluice.benchmarks.PromptSource;
import dev.sluice.benchmarks.PromptSources;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.evaluation.TokenRows;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The rows of tokens that a plan's variants are compared on.
 *
 * @param rows token ids
 * @param places where the rows stand in the pool that they were chosen from, rising; empty where they
 *     were not chosen
 */
public record CalibrationSet(List<int[]> rows, List<Integer> places) {
  public CalibrationSet {
    rows = List.copyOf(rows);
    places = List.copyOf(places);
  }

  /** Read, tokenise and cut what the plan names: all rows of its pool, of which none is chosen yet. */
  public static CalibrationSet pool(SweepPlan.Calibration calibration, Tokenizer tokenizer) {
    PromptSource source = PromptSources.of(Path.of(calibration.file()), calibration.field());
    Mono<List<int[]>> rows =
        switch (calibration.preset()) {
          case FINERCUT, FIRST -> cut(CalibrationRows.Kind.FIRST, calibration, source, tokenizer);
          case WINDOWS -> cut(CalibrationRows.Kind.WINDOWS, calibration, source, tokenizer);
          case DOCUMENTS -> documents(calibration, source, tokenizer);
        };
    return new CalibrationSet(rows.blockOptional().orElse(List.of()), List.of());
  }

  /** The rows at some places of this pool; all where there are none. */
  public CalibrationSet at(List<Integer> chosen) {
    return chosen.isEmpty()
        ? this
        : new CalibrationSet(chosen.stream().map(rows::get).toList(), chosen);
  }

  private static Mono<List<int[]>> cut(
      CalibrationRows.Kind kind,
      SweepPlan.Calibration calibration,
      PromptSource source,
      Tokenizer tokenizer) {
    CalibrationRows.Rule rule =
        new CalibrationRows.Rule(
            kind, calibration.pool(), calibration.length(), calibration.seed());
    return new CalibrationRows(rule).rows(source, tokenizer::encode);
  }

  private static Mono<List<int[]>> documents(
      SweepPlan.Calibration calibration, PromptSource source, Tokenizer tokenizer) {
    return new TokenRows(tokenizer::encode, calibration.length())
        .rows(source)
        .take(calibration.pool())
        .collectList()
        .doOnNext(rows -> requireEnough(rows.size(), calibration));
  }

  private static void requireEnough(int found, SweepPlan.Calibration calibration) {
    if (found < calibration.pool()) {
      throw new PrerequisiteException(
          calibration.file()
              + ": "
              + found
              + " documents, but --"
              + (calibration.select() == SweepPlan.Calibration.Select.FIRST ? "sequences" : "pool")
              + " asks for "
              + calibration.pool()
              + ". Lower it or give more text");
    }
  }

  /** SHA-256 over each row's length and ids, as big-endian ints. */
  public String digest() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (int[] row : rows) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * (row.length + 1)).putInt(row.length);
        bytes.asIntBuffer().put(row);
        sha.update(bytes.array());
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Positions in all rows. */
  public long tokens() {
    return rows.stream().mapToLong(row -> row.length).sum();
  }
}
