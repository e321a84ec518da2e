package dev.sluice.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that wants a token. */
class LoginTest {
  private static final String TOKEN = "correct-horse-battery-staple";

  @Test
  void theTokenIsAskedForOnceAndAWrongOneRefused(@TempDir Path folder) {
    try (LiveService service = LiveService.withToken(folder, TOKEN);
        Tab tab = service.open(Screen.LAPTOP).expecting("^401").go("/")) {
      assertThat(tab.page.getByLabel("Token")).isFocused();
      tab.page.getByLabel("Token").fill("something else entirely");
      tab.page.keyboard().press("Enter");
      assertThat(tab.page.locator("#token-problem")).not().isEmpty();
      tab.page.getByLabel("Token").fill(TOKEN);
      tab.page.keyboard().press("Enter");
      assertThat(tab.page.getByText("The device is free.")).isVisible();
      assertThat(tab.page.locator("#link-state")).hasText("live");
      tab.page.reload();
      assertThat(tab.page.getByText("The device is free.")).isVisible();
      assertThat(tab.page.getByLabel("Token")).hasCount(0);
      tab.button("Log out").click();
      assertThat(tab.page.getByLabel("Token")).isVisible();
    }
  }
}
