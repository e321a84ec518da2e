package dev.sluice.harness.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Makes the pictures of the documentation, in target/screenshots or {@code -Dsluice.screenshots=DIR}. Not a
 * test by its name, so that only those who ask for it wait for it: see src/browser/README.md.
 */
class Screenshots {
  private static final Screen WINDOW = new Screen(1280, 800, false, true);
  private static final int MOST_BYTES = 250_000;
  private static final LiveService SERVICE = DemoWorld.service();

  @BeforeAll
  static void run() {
    SERVICE.sweep("demo", "slice", "2", "calibration-preset", "first", "sequences", "24");
    SERVICE.sweep("by-kl", "measure", "kl");
    SERVICE.awaiting(
        "/jobs/demo",
        job -> {
          JsonNode progress = job.path("progress");
          return progress.path("step").asInt() >= 7 && progress.path("scored").asInt() >= 10;
        });
  }

  @AfterAll
  static void end() {
    SERVICE.post("/jobs/by-kl/cancel", "");
    SERVICE.post("/jobs/demo/cancel", "");
    SERVICE.await("demo", "cancelled");
  }

  @Test
  void theDocumentationHasItsPictures() throws IOException {
    shoot("page-sweep", "/sweeps/demo", WINDOW, 1400);
    shoot("page-sweep-dark", "/sweeps/demo", WINDOW.inTheDark(), 1400);
    shoot("page-overview", "/", WINDOW, 0);
    shoot("page-compare", "/compare?of=cuts", WINDOW, 1100);
    shoot("page-compare-dark", "/compare?of=cuts", WINDOW.inTheDark(), 1100);
    shoot("page-narrow", "/sweeps/half", new Screen(390, 844, true, true), 0);
  }

  private static void shoot(String name, String path, Screen screen, int height)
      throws IOException {
    Path folder =
        Files.createDirectories(
            Path.of(System.getProperty("sluice.screenshots", "target/screenshots")));
    try (Tab tab = SERVICE.open(screen).go(path)) {
      tab.page.locator("main .card canvas, main .joblist .job").first().waitFor();
      tab.page.locator(".settling").waitFor(Tab.GONE);
      tab.page.waitForLoadState();
      if (height > 0) {
        tab.page.setViewportSize(screen.width(), height);
      }
      tab.page.waitForFunction(
          "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
      Path file = folder.resolve(name + ".png");
      tab.page.screenshot(new Page.ScreenshotOptions().setPath(file));
      assertThat(Files.size(file)).as(name).isBetween(5_000L, (long) MOST_BYTES);
    }
  }
}
