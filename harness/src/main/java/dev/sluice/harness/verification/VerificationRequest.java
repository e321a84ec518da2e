package dev.sluice.harness.verification;

import dev.sluice.harness.divergence.PlainText;
import dev.sluice.harness.session.OpenModel;
import dev.sluice.harness.session.Work;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;

/**
 * What a user wants verified.
 *
 * @param export folder or file that {@code sluice export} wrote
 * @param against the variant, as {@link dev.sluice.harness.session.VariantList} reads one
 * @param model the intact model, and how both are computed
 * @param tolerance by how much the ratio of the two perplexities may differ from 1
 */
public record VerificationRequest(
    Path export, String against, OpenModel.Choice model, Work work, Text text, double tolerance) {

  public VerificationRequest {
    if (!(tolerance >= 0)) {
      throw new PrerequisiteException("--tolerance " + tolerance + ": must be 0 or more");
    }
  }

  /**
   * The text that both read.
   *
   * @param rows the most that are read
   * @param length tokens of a row
   */
  public record Text(Path file, int rows, int length) {
    public Text {
      if (rows < 1) {
        throw new PrerequisiteException("--rows " + rows + ": must be at least 1");
      }
      if (length < 2) {
        throw new PrerequisiteException("--length " + length + ": must be at least 2");
      }
    }

    String read() {
      return PlainText.read(file);
    }
  }
}
