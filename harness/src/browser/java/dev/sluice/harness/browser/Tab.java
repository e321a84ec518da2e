package dev.sluice.harness.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A window on the page. What the console, the policy or the network complains of fails the test at its end. */
final class Tab implements AutoCloseable {
  /** Adds up layout shifts, those that follow an input included, and notes what the policy forbids. */
  private static final String WATCH =
      """
      window.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          window.shifts.push({ value: entry.value, after: entry.hadRecentInput,
            what: entry.sources.map((s) => s.node?.outerHTML?.slice(0, 120) ?? s.node?.textContent) });
      }).observe({ type: 'layout-shift', buffered: true });
      window.forbidden = [];
      document.addEventListener('securitypolicyviolation', (e) => window.forbidden.push(e.violatedDirective + ' ' + e.blockedURI));
      """;

  /** Nothing of the kind is there. */
  static final Locator.WaitForOptions GONE =
      new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED);

  final Page page;
  private final BrowserContext context;
  private final String origin;
  private final List<String> complaints = new ArrayList<>();
  private final List<Pattern> expected = new ArrayList<>();

  Tab(Browser browser, Screen screen, String origin) {
    this.origin = origin;
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(screen.width(), screen.height())
                .setColorScheme(screen.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setReducedMotion(
                    screen.still() ? ReducedMotion.REDUCE : ReducedMotion.NO_PREFERENCE)
                .setLocale("en-GB"));
    context.addInitScript(WATCH);
    page = context.newPage();
    page.onConsoleMessage(this::said);
    page.onPageError(error -> complaints.add("error: " + error));
    page.onResponse(this::answered);
  }

  private void said(ConsoleMessage message) {
    // Answers with an error are noted with their address.
    if (message.type().equals("error") && !message.text().contains("responded with a status of")) {
      complaints.add("console: " + message.text());
    }
  }

  private void answered(Response response) {
    if (response.status() >= 400) {
      complaints.add(response.status() + " " + response.request().method() + " " + response.url());
    }
  }

  /** Complaints like this are what the test is about. */
  Tab expecting(String pattern) {
    expected.add(Pattern.compile(pattern));
    return this;
  }

  Tab go(String path) {
    page.navigate(origin + path);
    return this;
  }

  Locator heading(String text) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  Locator button(String text) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  Locator link(String text) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  Locator card(String label) {
    return page.getByRole(
        AriaRole.REGION, new Page.GetByRoleOptions().setName(label).setExact(true));
  }

  /** The numbers behind a picture: rows of cells, the head first. */
  List<List<String>> table(String picture) {
    Locator details = card(picture).locator("details.twin");
    if (details.getAttribute("open") == null) {
      details.locator("summary").click();
    }
    details.locator("tbody tr").first().waitFor();
    return rows(details.locator("table"));
  }

  @SuppressWarnings("unchecked")
  static List<List<String>> rows(Locator table) {
    return (List<List<String>>)
        table.evaluate("t => [...t.rows].map((r) => [...r.cells].map((c) => c.textContent))");
  }

  /** Forget how far things have moved. */
  void settled() {
    page.evaluate("() => { window.shifts = []; }");
  }

  /** How far things have moved without being asked, as Core Web Vitals count it. */
  double shifted() {
    return ((Number)
            page.evaluate(
                "() => window.shifts.filter((s) => !s.after).reduce((sum, s) => sum + s.value, 0)"))
        .doubleValue();
  }

  String shifts() {
    return String.valueOf(page.evaluate("() => JSON.stringify(window.shifts, null, 1)"));
  }

  @Override
  public void close() {
    try {
      complaints.addAll(forbidden());
      complaints.removeIf(text -> expected.stream().anyMatch(p -> p.matcher(text).find()));
      assertThat(complaints).as("what the browser complains of").isEmpty();
    } finally {
      context.close();
    }
  }

  @SuppressWarnings("unchecked")
  private List<String> forbidden() {
    return (List<String>) page.evaluate("() => window.forbidden ?? []");
  }
}
