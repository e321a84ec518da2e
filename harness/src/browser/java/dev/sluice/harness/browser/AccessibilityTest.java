package dev.sluice.harness.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What axe can find by itself: names, roles, contrast, order of headings; in light and dark. */
class AccessibilityTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/ | Evaluations",
        "/sweeps/half | Steps",
        "/sweeps/half?map=divergence&scale=absolute&step=3 | Steps",
        "/sweeps/half/prompts/0 | Text",
        "/evaluations/cuts | Scores",
        "/compare?of=cuts | Items that change sides",
        "/compare | What is compared",
        "/start | racing",
        "/start?kind=evaluation | variants",
        "/nowhere | No such page"
      })
  void noRuleIsBroken(String path, String whole) {
    for (Screen screen : new Screen[] {Screen.LAPTOP, Screen.LAPTOP.inTheDark()}) {
      try (Tab tab = DemoWorld.service().open(screen).go(path)) {
        tab.page.getByText(whole).first().waitFor();
        tab.page.locator(".settling").waitFor(Tab.GONE);
        tab.page.evaluate(
            "() => document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        tab.page.locator("details.twin table, .card").last().waitFor();
        assertThat(new AxeBuilder(tab.page).setLegacyMode(true).analyze().getViolations())
            .extracting(AccessibilityTest::said)
            .as(path + (screen.dark() ? " in the dark" : ""))
            .isEmpty();
      }
    }
  }

  private static String said(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getNodes().stream()
            .map(node -> node.getHtml() + " " + node.getFailureSummary())
            .toList();
  }
}
