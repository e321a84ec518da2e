package dev.sluice.harness.presentation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Where values lie between the ends of an axis, and the round values that are written there.
 *
 * @param low the value at place 0
 * @param high the value at place 1
 */
public record Axis(double low, double high, boolean logarithmic, List<Tick> ticks) {
  private static final int MOST_TICKS = 6;

  /** A round value and its text. */
  public record Tick(double value, String text) {}

  public Axis {
    ticks = List.copyOf(ticks);
  }

  /**
   * Round values that hold all from the least to the most; from 0, unless all lie so far above that
   * a curve would be flat.
   */
  public static Axis linear(double low, double high) {
    boolean far = low > 0.5 * high && high - low > 1e-6 * high;
    double floor = far ? low - 0.1 * (high - low) : Math.min(0, low);
    double top = far ? high : Math.max(0, high);
    top = top > floor ? top : floor + 1;
    double step = roundStep((top - floor) / MOST_TICKS);
    double from = Math.floor(floor / step) * step;
    double to = Math.ceil(top / step - 1e-9) * step;
    return new Axis(from, to, false, ticks(from, to, step, ""));
  }

  /** Shares from 0 to the largest, in percent. */
  public static Axis shares(double high) {
    double end = high > 0 ? high * 1.02 : 1;
    double step = roundStep(100 * end / MOST_TICKS) / 100;
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i * step <= end + 1e-9; i++) {
      ticks.add(new Tick(i * step, text(100 * i * step) + " %"));
    }
    return new Axis(0, end, false, ticks);
  }

  /** From the decade, or the half decade, below the least of some positive values. */
  public static Axis logarithmic(double least, double most) {
    List<Double> marks = marks(least, most, most / least > 1e4 ? List.of(1) : List.of(1, 2, 5));
    double from = marks.stream().filter(m -> m <= least).reduce(least, (a, b) -> b);
    double to = marks.stream().filter(m -> m >= most).findFirst().orElse(most);
    List<Double> within = marks.stream().filter(m -> m >= from && m <= to).toList();
    int stride = (within.size() + 2 * MOST_TICKS - 1) / (2 * MOST_TICKS);
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i < within.size(); i += Math.max(1, stride)) {
      ticks.add(new Tick(within.get(i), text(within.get(i))));
    }
    return new Axis(from, to > from ? to : from * 10, true, ticks);
  }

  /** The place of a value, from 0 to 1; what lies below a logarithmic axis is put on its end. */
  public double place(double value) {
    return logarithmic
        ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }

  private static List<Double> marks(double least, double most, List<Integer> digits) {
    int first = (int) Math.floor(Math.log10(least)) - 1;
    int last = (int) Math.ceil(Math.log10(most)) + 1;
    List<Double> marks = new ArrayList<>();
    for (int decade = first; decade <= last; decade++) {
      for (int digit : digits) {
        marks.add(BigDecimal.valueOf(digit).scaleByPowerOfTen(decade).doubleValue());
      }
    }
    return marks;
  }

  private static List<Tick> ticks(double from, double to, double step, String unit) {
    List<Tick> ticks = new ArrayList<>();
    long count = Math.round((to - from) / step);
    for (long i = 0; i <= count; i++) {
      double value = from + i * step;
      ticks.add(new Tick(value, text(Math.abs(value) < step / 1e6 ? 0 : value) + unit));
    }
    return ticks;
  }

  /** The least of 1, 2, 2.5 and 5 times a power of ten that is not below a width. */
  private static double roundStep(double width) {
    double power = Math.pow(10, Math.floor(Math.log10(width)));
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (factor * power >= width * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String text(double value) {
    double size = Math.abs(value);
    BigDecimal exact = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
    return size != 0 && (size < 1e-3 || size >= 1e6)
        ? exact.toString().replace("E", "e")
        : exact.toPlainString();
  }
}
