package dev.sluice.harness.divergence;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as C's printf writes them, which differs from Java's in the last digit and in words. */
final class CNumber {
  private CNumber() {}

  /** {@code %width.decimalsf}: the exact binary value, a tie to the even digit. */
  static String fixed(double value, int width, int decimals) {
    String text = text(value, decimals);
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  private static String text(double value, int decimals) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    boolean negative = value < 0 || 1 / value < 0;
    String magnitude =
        Double.isInfinite(value)
            ? "inf"
            : new BigDecimal(Math.abs(value))
                .setScale(decimals, RoundingMode.HALF_EVEN)
                .toPlainString();
    return negative ? "-" + magnitude : magnitude;
  }
}
