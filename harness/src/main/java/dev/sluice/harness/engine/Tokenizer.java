package dev.sluice.harness.engine;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A checkpoint's own tokenizer, from its tokenizer.json; special tokens as that file's
 * post-processor adds them. Safe for use by several threads.
 */
public final class Tokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final Path file;
  private final int vocabulary;

  private Tokenizer(HuggingFaceTokenizer tokenizer, Path file, int vocabulary) {
    this.tokenizer = tokenizer;
    this.file = file;
    this.vocabulary = vocabulary;
  }

  /**
   * Read a tokenizer.json.
   *
   * @param vocabulary rows of the model's embedding: ids beyond it are refused
   */
  public static Tokenizer open(Path file, int vocabulary) {
    System.setProperty("RUST_FLAVOR", "cpu");
    try {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optTruncation(false)
              .optPadding(false)
              .optAddSpecialTokens(true)
              .build();
      return new Tokenizer(tokenizer, file, vocabulary);
    } catch (Exception | LinkageError e) {
      throw new PrerequisiteException(
          file + ": no tokenizer that the tokenizers library reads: " + e.getMessage(), e);
    }
  }

  /** The token ids of a text, with the special tokens of the file's post-processor. */
  public int[] encode(String text) {
    return encode(text, true);
  }

  /** The token ids of a text, with or without the special tokens of the file's post-processor. */
  public int[] encode(String text, boolean special) {
    Encoding encoding =
        TorchModule.guarded("tokenise", () -> tokenizer.encode(text, special, false));
    long[] ids = encoding.getIds();
    int[] tokens = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] >= vocabulary) {
        throw new PrerequisiteException(
            file
                + ": gives token "
                + ids[i]
                + ", but the model's embedding has "
                + vocabulary
                + " rows. Tokenizer and weights belong to different models");
      }
      tokens[i] = (int) ids[i];
    }
    return tokens;
  }

  /** The text of tokens, special ones included. */
  public String decode(int... tokens) {
    long[] ids = Arrays.stream(tokens).asLongStream().toArray();
    return TorchModule.guarded("decode", () -> tokenizer.decode(ids, false));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
