package dev.sluice.harness.divergence;

import dev.sluice.harness.session.OpenModel;
import dev.sluice.harness.session.Work;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a user wants compared, and with what.
 *
 * @param base file that stands for the intact model
 * @param saved file to be written instead of a comparison
 */
public record DivergenceRequest(
    OpenModel.Choice model,
    Work work,
    Text text,
    Changed changed,
    Optional<Path> base,
    Optional<Path> saved) {
  /** With a smaller context no token would be scored in every chunk. */
  private static final int LEAST_CONTEXT = 4;

  public DivergenceRequest {
    requireOneSide(text, changed, base, saved);
  }

  /**
   * A text and how it is cut.
   *
   * @param file empty where a base file has the tokens
   * @param context tokens of a chunk
   * @param chunks the most that are wanted; empty takes all
   */
  public record Text(Optional<Path> file, int context, OptionalInt chunks) {
    public Text {
      if (context < LEAST_CONTEXT) {
        throw new PrerequisiteException(
            "--context " + context + ": must be at least " + LEAST_CONTEXT);
      }
      if (chunks.orElse(1) < 1) {
        throw new PrerequisiteException("--chunks " + chunks.getAsInt() + ": must be at least 1");
      }
    }

    /** The text, without its last line end: llama.cpp drops it with {@code -f}. */
    String read() {
      String text = PlainText.read(file.orElseThrow());
      return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
  }

  /**
   * What is done to the model; at most one of the two.
   *
   * @param cut sublayers, with commas between them
   * @param sweep as {@link dev.sluice.harness.session.VariantList} reads a variant
   */
  public record Changed(Optional<String> cut, Optional<String> sweep) {
    public Changed {
      if (cut.isPresent() && sweep.isPresent()) {
        throw new PrerequisiteException("--cut and --sweep: give one of the two");
      }
    }

    boolean nothing() {
      return cut.isEmpty() && sweep.isEmpty();
    }
  }

  private static void requireOneSide(
      Text text, Changed changed, Optional<Path> base, Optional<Path> saved) {
    if (base.isPresent() && saved.isPresent()) {
      throw new PrerequisiteException("--base and --save-base: give one of the two");
    }
    if (base.isPresent() && text.file().isPresent()) {
      throw new PrerequisiteException(
          "--text: the file of --base has the text's tokens. Leave --text out");
    }
    if (base.isEmpty() && text.file().isEmpty()) {
      throw new PrerequisiteException("--text is missing: name a file of plain text");
    }
    if (base.isEmpty() && saved.isEmpty() && changed.nothing()) {
      throw new PrerequisiteException(
          "nothing to compare: name what is cut with --cut or --sweep, or another model's --base");
    }
  }
}
