package dev.sluice.harness.report;

import dev.sluice.harness.presentation.ColourScale;

/** Emphasis in a terminal: ANSI sequences, or nothing where colour is not wanted. */
final class TerminalStyle {
  private static final String RESET = "\u001b[0m";

  private final boolean colour;

  TerminalStyle(boolean colour) {
    this.colour = colour;
  }

  String bold(String text) {
    return colour ? "\u001b[1m" + text + RESET : text;
  }

  String dim(String text) {
    return colour ? "\u001b[2m" + text + RESET : text;
  }

  /** Text on a colour of the scale; 0 is the darkest. */
  String onScale(String text, double value) {
    if (!colour) {
      return text;
    }
    int background = ColourScale.colour(ColourScale.level(value));
    int ink = ColourScale.ink(background) == 0xffffff ? 231 : 16;
    return "\u001b[38;5;" + ink + ";48;5;" + cube(background) + "m" + text + RESET;
  }

  /** The nearest colour of the 6 x 6 x 6 cube that terminals with 256 colours have. */
  private static int cube(int rgb) {
    return 16 + 36 * sixth(rgb >> 16) + 6 * sixth(rgb >> 8) + sixth(rgb);
  }

  private static int sixth(int channel) {
    int value = channel & 0xff;
    return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
  }
}
