package dev.sluice.harness.answers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.harness.variant.Variant;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Under what an answer is kept: the SHA-256 of everything that it depends on, so that it can never be
 * taken for the answer of another model, variant, type, engine or prompt.
 *
 * @param hex 64 digits
 */
public record AnswerKey(String hex) {

  /**
   * What all answers of one evaluation have in common.
   *
   * @param weights digest of the weights
   * @param dtype in which it is computed
   * @param engine name and version
   */
  public record Identity(String weights, String dtype, String engine) {

    /**
     * The key of one request; the tokens stand for the tokenizer, the prompt and the mode of scoring.
     */
    public AnswerKey of(Variant variant, ScoredSequence sequence) {
      MessageDigest digest = sha256();
      for (String part : new String[] {"answer 1", weights, dtype, engine, variant.toString()}) {
        digest.update(part.getBytes(UTF_8));
        digest.update((byte) 0);
      }
      digest.update(bytes(sequence));
      return new AnswerKey(HexFormat.of().formatHex(digest.digest()));
    }
  }

  /** SHA-256 of a sequence's tokens and of how many of them are scored, in hex. */
  static String digest(ScoredSequence sequence) {
    MessageDigest digest = sha256();
    digest.update(bytes(sequence));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static ByteBuffer bytes(ScoredSequence sequence) {
    ByteBuffer tokens = ByteBuffer.allocate(4 * (sequence.inputs() + 2));
    tokens.putInt(sequence.scored());
    sequence.tokens().forEach(tokens::putInt);
    return tokens.flip();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
