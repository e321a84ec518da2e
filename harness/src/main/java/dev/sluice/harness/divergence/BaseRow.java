package dev.sluice.harness.divergence;

import java.nio.ByteBuffer;

/**
 * Log-probabilities of one position in 16 bits a token, as llama.cpp's base files hold them: {@code log
 * p = scale q + least}. What is 16 nats below the largest logit, or lower, gets {@code q = 0}.
 */
final class BaseRow {
  /** Bytes before the tokens' values: scale and least as float32. */
  private static final int HEAD = 8;

  private static final int LEVELS = 65_535;

  /** Nats below the largest logit that are told apart. */
  private static final float RANGE = 16;

  /** Tokens with a base log-probability up to this are left out of the divergence. */
  private static final float LEAST_COUNTED = -16;

  private final ByteBuffer bytes;
  private final int vocabulary;
  private final float scale;
  private final float least;

  /** What a variant's logits say beside a row: divergence in nats, and whether the first tokens agree. */
  record Compared(double divergence, boolean sameTop) {}

  /**
   * @param bytes little-endian, from its position on the row
   */
  BaseRow(ByteBuffer bytes, int vocabulary) {
    this.bytes = bytes.slice().order(bytes.order());
    this.vocabulary = vocabulary;
    this.scale = bytes.getFloat(bytes.position());
    this.least = bytes.getFloat(bytes.position() + Float.BYTES);
  }

  /** Bytes of a row: an even number of tokens, and four cells of two bytes before them. */
  static int size(int vocabulary) {
    return Short.BYTES * (2 * ((vocabulary + 1) / 2) + HEAD / Short.BYTES);
  }

  /** Write a row of logits at the buffer's position, and move it behind the row. */
  static void write(float[] logits, ByteBuffer to) {
    LogSoftmax softmax = LogSoftmax.of(logits);
    float low = softmax.greatest();
    for (float logit : logits) {
      low = Math.min(low, logit);
    }
    low = Math.max(low, softmax.greatest() - RANGE);
    float scale = (softmax.greatest() - low) / LEVELS;
    int end = to.position() + size(logits.length);
    to.putFloat(scale).putFloat(low - softmax.greatest() - softmax.logSum());
    float inverse = 1 / scale;
    for (float logit : logits) {
      boolean above = scale != 0 && logit > low;
      to.putShort((short) (above ? (int) Math.rint(inverse * (logit - low)) : 0));
    }
    to.position(end);
  }

  /** Log-probability of a token. */
  float logProbability(int token) {
    return scale * Short.toUnsignedInt(bytes.getShort(HEAD + token * Short.BYTES)) + least;
  }

  /** A variant beside this row. */
  Compared compare(float[] logits, LogSoftmax softmax) {
    float normaliser = softmax.greatest() + softmax.logSum();
    double sum = 0;
    int first = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < vocabulary; token++) {
      float base = logProbability(token);
      if (base > most) {
        most = base;
        first = token;
      }
      if (base > LEAST_COUNTED) {
        sum += (float) Math.exp(base) * (base - logits[token] + normaliser);
      }
    }
    return new Compared(sum, first == softmax.first());
  }
}
