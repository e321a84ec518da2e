package dev.sluice.harness.model.family;

/** How Nemotron-NAS words the width of an FFN: as a multiple of the hidden size, rounded to 256. */
public final class NasWidth {
  private static final int STEP = 256;

  private NasWidth() {}

  /** The width that engines make of a multiple: two thirds of it, up to the next multiple of 256. */
  public static long of(double multiple, long hidden) {
    long width = (long) (2 * multiple * hidden / 3);
    return (width + STEP - 1) / STEP * STEP;
  }

  /** The multiple that gives a width; NaN where none does. */
  public static double multiple(long width, long hidden) {
    double multiple = 1.5 * width / hidden;
    return of(multiple, hidden) == width ? multiple : Double.NaN;
  }
}
