package dev.sluice.scorers;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What is computed from the intact model's logits and a variant's at one token position, or from the
 * hidden states of one row of tokens; or how a variant answers the items of a task.
 *
 * <p>Notation: {@code a}, {@code b} are the reference's and the variant's logits over the vocabulary
 * {@code V}; {@code P = softmax(a)}, {@code Q = softmax(b)}, {@code M = (P + Q) / 2}; {@code y} is
 * the next token. Every constant but {@link #ACCURACY} carries the TorchScript body that computes it on the device for a
 * chunk of rows, always in float32. In such a body
 *
 * <ul>
 *   <li>{@code r} is {@code [a, log P, P]} and {@code v} is {@code [b, log Q, Q]}, each {@code [rows,
 *       V]}; the probabilities are present only where {@link #needsProbabilities()};
 *   <li>{@code y} is {@code [rows]} int64, {@code -1} where a row has no next token;
 *   <li>the result is {@code [rows]} float32.
 * </ul>
 *
 * <p>Where {@link #needsStates()}, the body sees one row of T tokens instead: {@code r} and {@code v}
 * are {@code [x]}, the last hidden states before the final norm, {@code [T, H]} float32; there is no
 * {@code y}, and the result is one float32 number.
 *
 * <p>The reduction to one number is in {@link #grain()}. Where several measures are asked for, one
 * pass over the logits serves them all.
 */
public enum Measure {
  /**
   * Kullback-Leibler divergence of the variant from the reference, {@code sum P (log P - log Q)}.
   *
   * <p>Nats per token, 0 to infinity, mean over all positions. FinerCut's released code divides it
   * by the vocabulary size, which changes no order.
   */
  KL(
      "nats/token",
      Direction.LOWER_IS_BETTER,
      Grain.TOKEN,
      Operands.PROBABILITIES,
      "    return torch.sum(torch.mul(r[2], torch.sub(r[1], v[1])), [-1])\n"),

  /**
   * Jensen-Shannon divergence as in the textbook, {@code (KL(P||M) + KL(Q||M)) / 2}.
   *
   * <p>Nats per token, 0 to ln 2, mean over all positions (Lin 1991).
   */
  JS(
      "nats/token",
      Direction.LOWER_IS_BETTER,
      Grain.TOKEN,
      Operands.PROBABILITIES,
      """
          m = torch.log(torch.clamp_min(torch.mul(torch.add(r[2], v[2]), 0.5), 1e-37))
          p = torch.sum(torch.mul(r[2], torch.sub(r[1], m)), [-1])
          q = torch.sum(torch.mul(v[2], torch.sub(v[1], m)), [-1])
          return torch.mul(torch.add(p, q), 0.5)
      """),

  /**
   * Arithmetic-geometric mean divergence, {@code (KL(M||P) + KL(M||Q)) / 2} (Taneja 1995).
   *
   * <p>Nats per token, 0 to infinity, never below {@link #JS}, mean over all positions. This is what
   * FinerCut's released code computes under the name "JS" (its call of {@code kl_div} swaps the
   * arguments), without that code's division by the vocabulary size: it reproduces FinerCut's
   * orders.
   */
  AG(
      "nats/token",
      Direction.LOWER_IS_BETTER,
      Grain.TOKEN,
      Operands.PROBABILITIES,
      """
          m = torch.mul_(torch.add(r[2], v[2]), 0.5)
          d = torch.sub_(torch.log_(torch.clamp_min(m, 1e-37)), torch.add(r[1], v[1]), alpha=0.5)
          return torch.sum(torch.mul_(d, m), [-1])
      """),

  /**
   * Angle between the two logit vectors, with the cosine clamped to [0, 1] as FinerCut does.
   *
   * <p>Radians, 0 to pi/2, mean over all positions. Computed as {@code 2 atan2(|a' - b'|, |a' +
   * b'|)} of the unit vectors: {@code acos} in float32 is wrong by a fifth at 0.001 rad.
   */
  ANGULAR(
      "radians",
      Direction.LOWER_IS_BETTER,
      Grain.TOKEN,
      Operands.LOGITS,
      """
          a = torch.div(r[0], torch.linalg_vector_norm(r[0], 2, [-1], True))
          b = torch.div(v[0], torch.linalg_vector_norm(v[0], 2, [-1], True))
          s = torch.linalg_vector_norm(torch.sub(a, b), 2, [-1])
          c = torch.linalg_vector_norm(torch.add(a, b), 2, [-1])
          return torch.clamp_max(torch.mul(torch.atan2(s, c), 2), 1.5707963267948966)
      """),

  /**
   * Frobenius norm of the difference of the logits of one row of tokens, {@code |A - B|_F}.
   *
   * <p>Logits, 0 to infinity, mean over rows. Scale-sensitive; FinerCut's class default. The device
   * returns the squared norm of each position; the root is taken over the row.
   */
  NORM(
      "logits/row",
      Direction.LOWER_IS_BETTER,
      Grain.ROW_ROOT,
      Operands.LOGITS,
      """
          d = torch.sub(r[0], v[0])
          return torch.sum(torch.mul(d, d), [-1])
      """),

  /**
   * Share of positions at which both models put the same token first.
   *
   * <p>0 to 1, mean over all positions; of equal logits the lower token id is first.
   */
  TOP1(
      "share",
      Direction.HIGHER_IS_BETTER,
      Grain.TOKEN,
      Operands.LOGITS,
      "    return torch.to(torch.eq(torch.argmax(r[0], -1), torch.argmax(v[0], -1)), 6)\n"),

  /**
   * Negative log-likelihood of the next token under the variant, {@code -log Q(y)}.
   *
   * <p>Nats per token, 0 to infinity, mean over the positions that have a next token in their row.
   * Its exponential is the variant's perplexity on the text.
   */
  NLL(
      "nats/token",
      Direction.LOWER_IS_BETTER,
      Grain.PREDICTED_TOKEN,
      Operands.PROBABILITIES,
      """
          i = torch.unsqueeze(torch.clamp_min(y, 0), -1)
          return torch.neg(torch.squeeze(torch.gather(v[1], -1, i), -1))
      """),

  /**
   * Linear centred kernel alignment of both models' last hidden states over one row of tokens, {@code
   * |Y'X|_F^2 / (|X'X|_F |Y'Y|_F)} with every feature centred over the row (Kornblith et al., arXiv
   * 1905.00414; for choosing cuts arXiv 2405.17081).
   *
   * <p>0 to 1, mean over the rows of at least two tokens. The states are those behind the last sublayer,
   * before the final norm; no logits are made. This is the biased estimate, which is 1 for rows of two
   * tokens and high for rows much shorter than the model is wide.
   */
  CKA(
      "similarity",
      Direction.HIGHER_IS_BETTER,
      Grain.ROW,
      Operands.STATES,
      """
          x = torch.sub(r[0], torch.mean(r[0], [0], True))
          y = torch.sub(v[0], torch.mean(v[0], [0], True))
          if torch.lt(torch.size(x, 0), torch.size(x, 1)):
            a = torch.mm(x, torch.t(x))
            b = torch.mm(y, torch.t(y))
            s = torch.sum(torch.mul(a, b), dtype=7)
          else:
            a = torch.mm(torch.t(x), x)
            b = torch.mm(torch.t(y), y)
            c = torch.mm(torch.t(y), x)
            s = torch.sum(torch.mul(c, c), dtype=7)
          p = torch.sum(torch.mul(a, a), dtype=7)
          q = torch.sum(torch.mul(b, b), dtype=7)
          return torch.to(torch.div(s, torch.mul(torch.sqrt(p), torch.sqrt(q))), 6)
      """),

  /**
   * {@link #KL} as llama.cpp's {@code --kl-divergence} sums it: over the tokens with {@code log P >
   * -16} alone.
   *
   * <p>Nats per token, mean over all positions. At most {@link #KL}'s tail away from it: below 0 by up
   * to {@code -log(1 - V e^-16)}, 0.12 nats for a million tokens, infinity upwards.
   */
  KL_TRUNCATED(
      "nats/token",
      Direction.LOWER_IS_BETTER,
      Grain.TOKEN,
      Operands.PROBABILITIES,
      """
          k = torch.mul(r[2], torch.sub(r[1], v[1]))
          return torch.sum(torch.masked_fill_(k, torch.le(r[1], -16.), 0.), [-1])
      """),

  /**
   * {@link #KL} weighed by how hard the reference finds the token, {@code EL2N KL(P||Q)} with {@code
   * EL2N = |P - onehot(y)|_2 = sqrt((1 - P(y))^2 + sum over v != y of P(v)^2)} (Paul, Ganguli and
   * Dziugaite 2021, arXiv 2107.07075).
   *
   * <p>Nats per token, 0 to infinity, mean over the positions that have a next token in their row.
   * EL2N is 0 to root 2 and the same for all variants, so that no normaliser is needed to rank them:
   * easy tokens count little, hard ones up to 1.41 times.
   */
  EL2N_KL(
      "nats/token",
      Direction.LOWER_IS_BETTER,
      Grain.PREDICTED_TOKEN,
      Operands.PROBABILITIES,
      """
          p = r[2]
          i = torch.unsqueeze(torch.clamp_min(y, 0), -1)
          h = torch.full([torch.size(p, 0), 1], -1., dtype=6, device=p.device)
          w = torch.linalg_vector_norm(torch.scatter_add(p, -1, i, h), 2, [-1])
          k = torch.sum(torch.mul(p, torch.sub(r[1], v[1])), [-1])
          return torch.mul(w, k)
      """),

  /**
   * By how much more probable the variant holds the next token, {@code Q(y) - P(y)}: llama.cpp's
   * delta p.
   *
   * <p>A difference of probabilities, -1 to 1, mean over the positions that have a next token in their
   * row. Signed: below 0 the variant predicts the text worse than the reference, above 0 better. Losses
   * and gains cancel in the mean; the percentiles show them.
   */
  DELTA_P(
      "probability",
      Direction.HIGHER_IS_BETTER,
      Grain.PREDICTED_TOKEN,
      Operands.PROBABILITIES,
      """
          i = torch.unsqueeze(torch.clamp_min(y, 0), -1)
          d = torch.sub(torch.gather(v[2], -1, i), torch.gather(r[2], -1, i))
          return torch.squeeze(d, -1)
      """),

  /**
   * Share of a task's items that the variant answers rightly: by {@code acc_norm} where the task has
   * it, else by {@code acc}.
   *
   * <p>0 to 1, mean over items; a value is 1 or 0. Not computed from logits, so it has no body: the
   * variant is asked the items themselves.
   */
  ACCURACY("share", Direction.HIGHER_IS_BETTER, Grain.ITEM, Operands.ANSWERS, "");

  /** Below 0 by more than this no value of {@link #KL_TRUNCATED} is, up to a million tokens. */
  private static final double TRUNCATED_TAIL = 0.12;

  /** Over what a measure's per-position values are reduced. */
  public enum Grain {
    /** Mean over all positions. */
    TOKEN,
    /** Mean over the positions that have a next token in their row. */
    PREDICTED_TOKEN,
    /** Root of the sum over the positions of a row, then mean over rows. */
    ROW_ROOT,
    /** One value for each row of at least two tokens, then mean over rows. */
    ROW,
    /** One value for each item of a task, then mean over items. */
    ITEM
  }

  private enum Operands {
    LOGITS,
    PROBABILITIES,
    STATES,
    ANSWERS
  }

  private final String unit;
  private final Direction direction;
  private final Grain grain;
  private final Operands operands;
  private final String torchScript;

  Measure(String unit, Direction direction, Grain grain, Operands operands, String torchScript) {
    this.unit = unit;
    this.direction = direction;
    this.grain = grain;
    this.operands = operands;
    this.torchScript = torchScript;
  }

  /** The name in plans, options, results and meters: lower case, with hyphens. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public String unit() {
    return unit;
  }

  public Direction direction() {
    return direction;
  }

  public Grain grain() {
    return grain;
  }

  /** No value is below this, rounding aside. */
  public double least() {
    return switch (this) {
      case KL_TRUNCATED -> -TRUNCATED_TAIL;
      case DELTA_P -> -1;
      default -> 0;
    };
  }

  /** The value of a variant that equals the reference; empty where it depends on the text. */
  public OptionalDouble unchanged() {
    return switch (this) {
      case TOP1, CKA -> OptionalDouble.of(1);
      case NLL, ACCURACY -> OptionalDouble.empty();
      default -> OptionalDouble.of(0);
    };
  }

  /** Whether the TorchScript body reads {@code r[1], r[2], v[1], v[2]}. */
  public boolean needsProbabilities() {
    return operands == Operands.PROBABILITIES;
  }

  /** Whether it compares the hidden states of whole rows, and needs no logits. */
  public boolean needsStates() {
    return operands == Operands.STATES;
  }

  /** Whether it judges answers to a task's items, and so is not computed with the others. */
  public boolean needsAnswers() {
    return operands == Operands.ANSWERS;
  }

  /** The indented body of the measure's TorchScript method. */
  public String torchScript() {
    return torchScript;
  }

  /** Find a measure by its id. */
  public static Optional<Measure> byId(String id) {
    return Arrays.stream(values()).filter(m -> m.id().equals(id)).findFirst();
  }

  /** All ids, separated by commas, for messages. */
  public static String ids() {
    return Arrays.stream(values()).map(Measure::id).collect(Collectors.joining(", "));
  }
}
