package dev.sluice.harness.documents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.service.Roots;
import dev.sluice.harness.session.CalibrationSet;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.List;

/**
 * Rows of calibration sets as text. A set is read again as its sweep read it, and the last one stays in
 * memory. One caller at a time; the others wait.
 */
public final class PromptDocuments {
  private final SweepDocuments sweeps;
  private final Roots roots;
  private final StateCache<List<int[]>> rows = new StateCache<>(1);

  PromptDocuments(SweepDocuments sweeps, Roots roots) {
    this.sweeps = sweeps;
    this.roots = roots;
  }

  /**
   * One row.
   *
   * @throws NoSuchDocumentException if the sweep or the row is not there
   * @throws PrerequisiteException if model or text are under no root, or are no longer what they were
   */
  public synchronized ObjectNode prompt(String sweep, int row) {
    SweepState state = sweeps.state(sweep);
    if (row >= state.provenance().rows()) {
      throw new NoSuchDocumentException(
          "sweep '%s' has rows 0 to %d".formatted(sweep, state.provenance().rows() - 1));
    }
    try (Checkpoint checkpoint = Checkpoint.open(roots.model(state.plan().model()));
        Tokenizer tokenizer = tokenizer(checkpoint)) {
      List<int[]> all =
          rows.get(
              "rows",
              List.of(state.plan(), state.provenance().calibrationDigest()),
              () -> read(state, tokenizer));
      return document(row, all.get(row), tokenizer);
    }
  }

  private static Tokenizer tokenizer(Checkpoint checkpoint) {
    Path file =
        checkpoint
            .tokenizerFile()
            .orElseThrow(() -> new PrerequisiteException("the model has no tokenizer.json"));
    return Tokenizer.open(file, checkpoint.config().vocabulary());
  }

  private List<int[]> read(SweepState state, Tokenizer tokenizer) {
    SweepPlan.Calibration asked = state.plan().calibration();
    CalibrationSet set =
        CalibrationSet.pool(asked.of(roots.text(asked.file()).toString()), tokenizer)
            .at(state.provenance().places());
    if (!set.digest().equals(state.provenance().calibrationDigest())) {
      throw new PrerequisiteException(
          "the text or the tokenizer of sweep '"
              + state.plan().name()
              + "' has changed since: its rows cannot be shown");
    }
    return set.rows();
  }

  private static ObjectNode document(int row, int[] tokens, Tokenizer tokenizer) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("row", row).put("tokens", tokens.length).put("text", tokenizer.decode(tokens));
    ArrayNode pieces = node.putArray("pieces");
    for (int token : tokens) {
      pieces.add(tokenizer.decode(token));
    }
    return node;
  }
}
