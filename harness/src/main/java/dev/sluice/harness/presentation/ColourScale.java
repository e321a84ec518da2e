package dev.sluice.harness.presentation;

import java.util.Locale;

/**
 * A sequential scale that people with any colour vision can order: viridis (van der Walt and Smith,
 * 2015), interpolated between nine of its colours, in discrete levels.
 */
public final class ColourScale {
  /** Number of levels; level 0 stands for what goes first or costs least. */
  public static final int LEVELS = 24;

  private static final int[] ANCHORS = {
    0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725
  };
  private static final int DARK_INK = 0x10131a;
  private static final int LIGHT_INK = 0xffffff;

  private ColourScale() {}

  /** The level of a value from 0 to 1; values outside are clamped. */
  public static int level(double value) {
    return (int) Math.round(Math.clamp(value, 0, 1) * (LEVELS - 1));
  }

  /** The colour of a level as {@code 0xRRGGBB}; level 0 is the darkest. */
  public static int colour(int level) {
    double place = (double) level / (LEVELS - 1) * (ANCHORS.length - 1);
    int index = Math.min((int) place, ANCHORS.length - 2);
    double share = place - index;
    return mix(16, index, share) | mix(8, index, share) | mix(0, index, share);
  }

  private static int mix(int shift, int index, double share) {
    int a = ANCHORS[index] >> shift & 0xff;
    int b = ANCHORS[index + 1] >> shift & 0xff;
    return (int) Math.round(a + share * (b - a)) << shift;
  }

  /** Black or white, whichever is read better on a colour (WCAG contrast, at least 4.5). */
  public static int ink(int colour) {
    return contrast(colour, LIGHT_INK) >= contrast(colour, DARK_INK) ? LIGHT_INK : DARK_INK;
  }

  public static double contrast(int a, int b) {
    double la = luminance(a);
    double lb = luminance(b);
    return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
  }

  private static double luminance(int colour) {
    return 0.2126 * linear(colour >> 16 & 0xff)
        + 0.7152 * linear(colour >> 8 & 0xff)
        + 0.0722 * linear(colour & 0xff);
  }

  private static double linear(int channel) {
    double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  }

  /**
   * Style rules for classes {@code c0} to {@code c23}: {@code --c} is the colour, {@code --ink} what
   * is written on it. On a dark page the scale is turned round, so that level 0 stands out on both.
   */
  public static String css() {
    StringBuilder css = new StringBuilder();
    for (int level = 0; level < LEVELS; level++) {
      css.append(rule(level, level));
    }
    css.append("@media screen and (prefers-color-scheme:dark){\n");
    for (int level = 0; level < LEVELS; level++) {
      css.append(rule(level, LEVELS - 1 - level));
    }
    return css.append("}\n").toString();
  }

  private static String rule(int name, int level) {
    int colour = colour(level);
    return String.format(Locale.ROOT, ".c%d{--c:#%06x;--ink:#%06x}%n", name, colour, ink(colour));
  }
}
