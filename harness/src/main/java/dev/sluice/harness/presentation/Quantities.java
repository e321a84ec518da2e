package dev.sluice.harness.presentation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them: few digits, a unit, a decimal point in every locale. */
public final class Quantities {
  private static final MathContext FOUR_DIGITS = new MathContext(4);

  private Quantities() {}

  /** A score with four significant digits, for example {@code 0.01234} or {@code 1.234e-07}. */
  public static String score(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
    }
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size < 1e-4 || size >= 1e6) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    BigDecimal rounded = new BigDecimal(value).round(FOUR_DIGITS);
    int decimals = FOUR_DIGITS.getPrecision() - (rounded.precision() - rounded.scale());
    return rounded.setScale(Math.max(0, decimals), RoundingMode.HALF_UP).toPlainString();
  }

  /** A score and its standard error with as many decimals; no error where it is NaN. */
  public static String scoreWithError(double value, double error) {
    return Double.isFinite(value) && Double.isFinite(error)
        ? score(value) + " ± " + error(value, error)
        : score(value);
  }

  /** A standard error with as many decimals as its score. */
  public static String error(double value, double error) {
    int point = score(value).indexOf('.');
    if (point < 0 || score(value).contains("e")) {
      return String.format(Locale.ROOT, "%.1e", error);
    }
    int decimals = score(value).length() - point - 1;
    return String.format(Locale.ROOT, "%." + decimals + "f", error);
  }

  /** A share in percent with one decimal: {@code 12.5 %}. */
  public static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f %%", 100 * share) : "NaN";
  }

  /** Seconds in the two largest units that say something: {@code 3 min 20 s}. */
  public static String duration(double seconds) {
    if (!Double.isFinite(seconds) || seconds < 0) {
      return "unknown";
    }
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, seconds < 0.995 ? "%.2f s" : "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return two(whole / 60, "min", whole % 60, "s");
    }
    return whole < 86_400
        ? two(whole / 3600, "h", whole % 3600 / 60, "min")
        : two(whole / 86_400, "d", whole % 86_400 / 3600, "h");
  }

  private static String two(long large, String unit, long small, String smallUnit) {
    return large + " " + unit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }

  /** Bytes in binary units with three digits: {@code 1.25 GiB}. */
  public static String bytes(long bytes) {
    String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    String format = unit == 0 || value >= 100 ? "%.0f %s" : value >= 10 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, format, value, units[unit]);
  }

  /** A count with groups of three: {@code 12,345}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
