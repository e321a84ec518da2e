package dev.sluice.harness.browser;

/**
 * What somebody looks at the page with.
 *
 * @param still whether they asked for reduced motion
 */
record Screen(int width, int height, boolean dark, boolean still) {
  static final Screen LAPTOP = new Screen(1280, 900, false, false);

  Screen wide(int pixels) {
    return new Screen(pixels, height, dark, still);
  }

  Screen inTheDark() {
    return new Screen(width, height, true, still);
  }

  Screen withReducedMotion() {
    return new Screen(width, height, dark, true);
  }
}
