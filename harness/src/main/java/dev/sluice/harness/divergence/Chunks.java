package dev.sluice.harness.divergence;

import dev.sluice.scorers.PrerequisiteException;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * A text's tokens cut as llama.cpp's perplexity tool cuts them: chunks without overlap, the rest of the
 * text dropped. The model reads a chunk with its first token overwritten by the beginning token, if
 * there is one; tokens of the second half but for its first are scored, 255 of 512.
 */
final class Chunks {
  private final int[] tokens;
  private final int context;
  private final OptionalInt beginning;

  /**
   * @param tokens whole chunks
   */
  private Chunks(int[] tokens, int context, OptionalInt beginning) {
    this.tokens = tokens;
    this.context = context;
    this.beginning = beginning;
  }

  /**
   * Cut a text.
   *
   * @param tokens of the whole text
   * @param context tokens of a chunk
   * @param most chunks that are wanted
   */
  static Chunks ofText(int[] tokens, int context, OptionalInt beginning, int most) {
    if (tokens.length < 2 * context) {
      throw new PrerequisiteException(
          "text of %d tokens: at least %d are needed, two chunks of %d. Give a longer text or a smaller --context"
              .formatted(tokens.length, 2 * context, context));
    }
    int count = Math.min(tokens.length / context, most);
    return new Chunks(Arrays.copyOf(tokens, count * context), context, beginning);
  }

  /** The chunks that a base file was made of, or the first of them. */
  static Chunks ofBase(BaseFile base, OptionalInt beginning, int most) {
    int count = Math.min(base.chunks(), most);
    int[] tokens = Arrays.copyOf(base.tokens(), count * base.context());
    return new Chunks(tokens, base.context(), beginning);
  }

  int count() {
    return tokens.length / context;
  }

  int context() {
    return context;
  }

  /** The position in a chunk after which the first token is scored. */
  int first() {
    return context / 2;
  }

  /** Tokens scored in a chunk. */
  int scored() {
    return context - 1 - first();
  }

  /** All tokens, as the text has them. */
  int[] tokens() {
    return tokens.clone();
  }

  /** What the model reads of a chunk. */
  int[] read(int chunk) {
    int[] read = Arrays.copyOfRange(tokens, chunk * context, (chunk + 1) * context);
    beginning.ifPresent(token -> read[0] = token);
    return read;
  }

  /**
   * A scored token.
   *
   * @param place among the chunk's scored ones, from 0
   */
  int scored(int chunk, int place) {
    return tokens[chunk * context + first() + 1 + place];
  }
}
