package dev.sluice.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All jobs, on a service that runs one and lets others wait. */
class OverviewTest {
  @TempDir private static Path folder;
  private static LiveService service;

  @BeforeAll
  static void start() {
    service = LiveService.in(folder);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static Locator job(Tab tab, String name) {
    return tab.page
        .getByRole(AriaRole.LISTITEM)
        .filter(new Locator.FilterOptions().setHas(tab.link(name)));
  }

  private static void press(Tab tab, String action, String job) {
    tab.button(action + " " + job).click();
  }

  @Test
  void aJobIsSeenToRunToBePausedResumedAndCancelled() {
    try (Tab tab = service.open(Screen.LAPTOP).go("/")) {
      assertThat(tab.page.getByText("The device is free.")).isVisible();
      service.sweep("first", "slice", "1");
      assertThat(job(tab, "first").locator(".chip")).hasText("●running");
      Pattern counting = Pattern.compile("step \\d+ of 12 · \\d+ of \\d+ candidates");
      assertThat(job(tab, "first").locator(".where")).hasText(counting);
      service.sweep("second");
      assertThat(job(tab, "second").locator(".where")).hasText("next in line");

      press(tab, "Pause", "first");
      assertThat(job(tab, "first").locator(".chip")).hasText("❙❙paused");
      org.assertj.core.api.Assertions.assertThat(service.state("first")).isEqualTo("paused");
      assertThat(job(tab, "second").locator(".chip")).hasText("●running");

      press(tab, "Cancel", "second");
      tab.button("Keep it").click();
      org.assertj.core.api.Assertions.assertThat(service.state("second")).isEqualTo("running");
      press(tab, "Cancel", "second");
      tab.button("Cancel it").click();
      assertThat(job(tab, "second").locator(".chip")).hasText("⨯cancelled");
      org.assertj.core.api.Assertions.assertThat(service.state("second")).isEqualTo("cancelled");

      press(tab, "Resume", "first");
      assertThat(job(tab, "first").locator(".chip")).hasText("●running");
      service.post("/jobs/first/cancel", "");
      assertThat(job(tab, "first").locator(".chip")).hasText("⨯cancelled");
    }
  }
}
