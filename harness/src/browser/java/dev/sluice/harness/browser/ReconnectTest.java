package dev.sluice.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Download;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages over a service that stops and comes back on the same port with the same journal. */
class ReconnectTest {
  private static final String BROKEN = "ERR_|^503";

  @Test
  void aSweepGoesOnWhereItBrokeOffWithoutLossOrDoubles(@TempDir Path folder) throws IOException {
    try (LiveService service = LiveService.in(folder)) {
      service.shortSweep("steady", "sequences", "12");
      try (Tab tab = service.open(Screen.LAPTOP).expecting(BROKEN).go("/sweeps/steady")) {
        assertThat(tab.card("Steps").locator("tbody tr").first()).isVisible();
        service.stop();
        assertThat(tab.page.getByText("No connection to the service.")).isVisible();
        service.start();
        // On a busy machine the sweep may be done before the page is back.
        assertThat(tab.page.locator("#link-state")).hasText(Pattern.compile("live|all is read"));
        assertThat(tab.page.getByText("No connection to the service.")).isHidden();
        assertThat(tab.card("Steps").locator("tbody tr")).hasCount(12);
        service.await("steady", "done");
        assertThat(tab.page.locator(".title .chip")).hasText("✓done");
        Download json = tab.page.waitForDownload(() -> tab.button("This page as JSON").click());
        try (InputStream in = json.createReadStream()) {
          JsonNode saved = new ObjectMapper().readTree(in);
          assertThat(LiveService.numbers(saved.path("steps")))
              .isEqualTo(LiveService.numbers(service.get("/sweeps/steady/steps").path("steps")));
          assertThat(saved.path("candidates")).hasSize(222);
        }
      }
    }
  }

  @Test
  void theOverviewListsWhatIsThereAfterARestart(@TempDir Path folder) {
    try (LiveService service = LiveService.in(folder)) {
      service.longSweep("first");
      service.await("first", "running");
      try (Tab tab = service.open(Screen.LAPTOP).expecting(BROKEN).go("/")) {
        assertThat(tab.page.locator(".job .chip")).hasText("●running");
        service.stop();
        assertThat(tab.page.getByText("No connection to the service.")).isVisible();
        service.start();
        service.shortSweep("second");
        assertThat(tab.link("second").first()).isVisible();
        assertThat(tab.page.locator(".joblist .job")).hasCount(2);
      }
    }
  }
}
