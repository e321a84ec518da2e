package dev.sluice.harness.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a telephone to a wall: nothing is wider than the window, and nothing jumps while a page loads. */
class LayoutTest {
  private static final List<String> PAGES =
      List.of(
          "/",
          "/sweeps/half",
          "/sweeps/half/prompts/0",
          "/evaluations/cuts",
          "/compare?of=cuts&pairs=all",
          "/compare?of=cuts&maps=difference",
          "/compare",
          "/start",
          "/start?kind=evaluation");

  @ParameterizedTest
  @ValueSource(ints = {320, 480, 1280, 2560})
  void everyPageFitsTheWindowAndLoadsWithoutJumping(int width) {
    LiveService service = DemoWorld.service();
    for (String path : PAGES) {
      try (Tab tab = service.open(Screen.LAPTOP.wide(width)).go(path)) {
        tab.page.locator(".settling").waitFor(Tab.GONE);
        tab.page.locator("main .card").first().waitFor();
        tab.page.waitForLoadState();
        assertThat(tab.page.evaluate(TOO_WIDE)).as(path + " at " + width).isEqualTo(List.of());
        assertThat(tab.shifted()).as(path + " at " + width + tab.shifts()).isLessThan(0.05);
      }
    }
  }

  /** What sticks out to the right, other than in a box that scrolls by itself. */
  private static final String TOO_WIDE =
      """
      () => [...document.querySelectorAll('body *')]
        .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5
          && e.checkVisibility({ visibilityProperty: true }) && !e.closest('.scroll, .skip, .hidden, .uplot'))
        .map((e) => e.outerHTML.slice(0, 100))
      """;
}
