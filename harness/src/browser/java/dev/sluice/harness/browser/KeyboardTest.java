package dev.sluice.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page without a mouse. */
class KeyboardTest {
  /** The name of what has the focus, with a mark if nothing shows that it has it. */
  private static final String FOCUSED =
      """
      () => {
        const e = document.activeElement;
        if (!e || e === document.body) return '';
        const style = getComputedStyle(e);
        const seen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) ? '' : 'UNSEEN ';
        return seen + (e.getAttribute('aria-label') ?? e.textContent).trim().slice(0, 60);
      }
      """;

  /** What the tab key leads to, from the start until the focus leaves the page. */
  private static List<String> walk(Tab tab) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      tab.page.keyboard().press("Tab");
      String name = String.valueOf(tab.page.evaluate(FOCUSED));
      if (name.isEmpty()) {
        break;
      }
      found.add(name);
    }
    return found;
  }

  @Test
  void everythingOfASweepIsReachedInOrderAndSeenToBeReached() {
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).go("/sweeps/half")) {
      assertThat(tab.card("Steps").locator("tbody tr")).hasCount(12);
      List<String> reached = walk(tab);
      assertThat(reached).noneMatch(name -> name.startsWith("UNSEEN"));
      assertThat(reached)
          .containsSubsequence(
              "Skip to the content",
              "Overview",
              "Compare",
              "Start",
              "Download What is cut as PNG",
              "rank",
              "divergence",
              "Map of 24 sublayers: 12 are cut.",
              "As a table",
              "Heat map of 12 steps by 24 sublayers.",
              "Table of steps",
              "Row 0",
              "HTML",
              "API");
      assertThat(reached).anyMatch(name -> name.startsWith("Candidates of step 12"));
      assertThat(reached).anyMatch(name -> name.startsWith("Curve of ag over 12 steps"));
    }
  }

  @Test
  void arrowsSayEachPartOfAPictureAndEnterShowsItsStep() {
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).go("/sweeps/half")) {
      Locator heat = tab.card("How it was decided");
      heat.locator("canvas").focus();
      tab.page.keyboard().press("Home");
      assertThat(heat.locator(".readout")).containsText("step 1 · 0.attention");
      tab.page.keyboard().press("ArrowRight");
      assertThat(heat.locator(".readout")).containsText("step 2 · 0.attention");
      tab.page.keyboard().press("ArrowDown");
      assertThat(heat.locator(".readout")).containsText("step 2 · 0.ffn");
      tab.page.keyboard().press("Enter");
      tab.heading("Candidates of step 2").waitFor();
      assertThat(tab.page).hasURL(Pattern.compile("step=2"));
      Locator map = tab.card("What is cut");
      map.locator("canvas").focus();
      tab.page.keyboard().press("End");
      assertThat(map.locator(".readout")).containsText("11.ffn · kept");
    }
  }

  @Test
  void aJobIsCancelledByKeyboardAndTheFocusStaysWithIt() {
    LiveService service = DemoWorld.service();
    service.longSweep("keyed");
    try (Tab tab = service.open(Screen.LAPTOP).go("/")) {
      tab.button("Cancel keyed").focus();
      tab.page.keyboard().press("Enter");
      assertThat(tab.button("Keep it")).isFocused();
      tab.page.keyboard().press("Escape");
      assertThat(tab.page.locator("dialog")).hasCount(0);
      assertThat(tab.button("Cancel keyed")).isFocused();
      tab.page.keyboard().press("Enter");
      tab.page.keyboard().press("Tab");
      tab.page.keyboard().press("Enter");
      assertThat(tab.button("Resume keyed")).isVisible();
      service.await("keyed", "cancelled");
    }
  }

  @Test
  void aLinkTakesTheFocusToTheTitleOfThePage() {
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).go("/")) {
      tab.link("Compare").focus();
      tab.page.keyboard().press("Enter");
      assertThat(tab.heading("Compare")).isFocused();
    }
  }
}
