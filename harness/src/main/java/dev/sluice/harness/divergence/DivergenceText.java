package dev.sluice.harness.divergence;

import dev.sluice.scorers.divergence.DivergenceSummary;
import dev.sluice.scorers.divergence.DivergenceTally;
import dev.sluice.scorers.divergence.Estimate;
import dev.sluice.scorers.divergence.FloatPercentiles;

/** What llama.cpp's perplexity tool prints, character by character, for scripts that read it. */
public final class DivergenceText {
  /** With fewer tokens llama.cpp prints no statistics. */
  private static final int FEWEST_TOKENS = 100;

  private static final String HEADER =
      "chunk             PPL               ln(PPL(Q)/PPL(base))          KL Divergence"
          + "              Δp RMS            Same top p\n";

  private static final String[] UPPER = {"99.9", "99.0", "95.0", "90.0"};
  private static final String[] LOWER = {"10.0", " 5.0", " 1.0", " 0.1"};

  private DivergenceText() {}

  /**
   * A chunk's lines: the means over all tokens up to its end.
   *
   * @param chunk from 1
   */
  public static String chunk(int chunk, DivergenceSummary s) {
    String number = Integer.toString(chunk);
    return "\n"
        + HEADER
        + " ".repeat(Math.max(0, 4 - number.length()))
        + number
        + pair("    ", s.perplexity(), 9, 4)
        + pair("    ", s.logRatio(), 10, 5)
        + pair("    ", s.divergence(), 10, 5)
        + pair("    ", percent(s.rootMeanSquareDeltaP()), 6, 3)
        + " %"
        + pair("    ", percent(s.sameTop()), 6, 3)
        + " %\n";
  }

  /** What stands after the last chunk. */
  public static String statistics(DivergenceTally tally) {
    StringBuilder out = new StringBuilder("\n");
    if (tally.count() >= FEWEST_TOKENS) {
      DivergenceSummary summary = tally.summary();
      perplexities(out, summary);
      divergences(out, summary, tally.divergences());
      probabilities(out, summary, tally.deltas());
    }
    return out.toString();
  }

  private static void perplexities(StringBuilder out, DivergenceSummary s) {
    out.append("====== Perplexity statistics ======\n");
    line(out, "Mean PPL(Q)                   : ", s.perplexity());
    line(out, "Mean PPL(base)                : ", s.basePerplexity());
    out.append("Cor(ln(PPL(Q)), ln(PPL(base))): ")
        .append(CNumber.fixed(100 * s.correlation(), 6, 2))
        .append("%\n");
    line(out, "Mean ln(PPL(Q)/PPL(base))     : ", s.logRatio());
    line(out, "Mean PPL(Q)/PPL(base)         : ", s.ratio());
    line(out, "Mean PPL(Q)-PPL(base)         : ", s.difference());
  }

  private static void divergences(
      StringBuilder out, DivergenceSummary summary, FloatPercentiles values) {
    out.append("\n====== KL divergence statistics ======\n");
    line(out, "Mean    KLD: ", summary.divergence());
    divergence(out, "Maximum KLD", values.most());
    for (String percent : UPPER) {
      divergence(out, percent + "%   KLD", values.at(share(percent)));
    }
    divergence(out, "Median  KLD", values.median());
    for (String percent : LOWER) {
      divergence(out, percent + "%   KLD", values.at(share(percent)));
    }
    divergence(out, "Minimum KLD", values.least());
  }

  private static void probabilities(
      StringBuilder out, DivergenceSummary summary, FloatPercentiles values) {
    out.append("\n====== Token probability statistics ======\n");
    percents(out, "Mean    Δp: ", summary.deltaP());
    delta(out, "Maximum Δp", values.most());
    for (String percent : UPPER) {
      delta(out, percent + "%   Δp", values.at(share(percent)));
    }
    delta(out, "75.0%   Δp", values.at(0.75f));
    delta(out, "Median  Δp", values.median());
    delta(out, "25.0%   Δp", values.at(0.25f));
    for (String percent : LOWER) {
      delta(out, percent + "%   Δp", values.at(share(percent)));
    }
    delta(out, "Minimum Δp", values.least());
    percents(out, "RMS Δp    : ", summary.rootMeanSquareDeltaP());
    percents(out, "Same top p: ", summary.sameTop());
  }

  /** As a float literal of the fraction: 0.999f, not 99.9f / 100. */
  private static float share(String percent) {
    return (float) (Math.rint(10 * Double.parseDouble(percent.strip())) / 1000);
  }

  private static void line(StringBuilder out, String label, Estimate estimate) {
    out.append(label).append(pair("", estimate, 10, 6)).append('\n');
  }

  private static void divergence(StringBuilder out, String label, float value) {
    out.append(label).append(": ").append(CNumber.fixed(value, 10, 6)).append('\n');
  }

  private static void percents(StringBuilder out, String label, Estimate estimate) {
    out.append(label)
        .append(CNumber.fixed(100 * estimate.value(), 6, 3))
        .append(" ± ")
        .append(CNumber.fixed(100 * estimate.error(), 5, 3))
        .append(" %\n");
  }

  private static void delta(StringBuilder out, String label, float value) {
    out.append(label).append(": ").append(CNumber.fixed(100.0 * value, 6, 3)).append("%\n");
  }

  private static String pair(String before, Estimate estimate, int width, int decimals) {
    return before
        + CNumber.fixed(estimate.value(), width, decimals)
        + " ± "
        + CNumber.fixed(estimate.error(), width, decimals);
  }

  private static Estimate percent(Estimate share) {
    return new Estimate(100 * share.value(), 100 * share.error());
  }

  /**
   * The running perplexity of a chunk.
   *
   * @param chunk from 1
   */
  public static String perplexity(int chunk, DivergenceSummary summary) {
    return "[" + chunk + "]" + CNumber.fixed(summary.perplexity().value(), 0, 4) + ",";
  }

  /** The perplexity after the last chunk. */
  public static String finalPerplexity(DivergenceSummary summary) {
    return "\nFinal estimate: PPL = "
        + CNumber.fixed(summary.perplexity().value(), 0, 4)
        + " +/- "
        + CNumber.fixed(summary.perplexity().error(), 0, 5)
        + "\n";
  }
}
