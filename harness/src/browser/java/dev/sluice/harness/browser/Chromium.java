package dev.sluice.harness.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The system's Chromium without a window, one for all tests. Playwright's objects stay on one thread. */
final class Chromium {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  /** What a busy machine may need until a sweep of seconds has ended. */
  private static final double PATIENCE_MILLIS = 90_000;

  private static @Nullable Browser running;

  private Chromium() {}

  /** A new window, unless there is no Chromium: then the test is skipped. */
  static Tab open(Screen screen, String origin) {
    if (running == null) {
      Optional<Path> executable = executable();
      assumeTrue(
          executable.isPresent(),
          "there is no chromium on the PATH, and -Dsluice.chromium=FILE names none");
      running = start(executable.orElseThrow());
    }
    return new Tab(running, screen, origin);
  }

  private static Browser start(Path executable) {
    Playwright playwright = Playwright.create();
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    Runtime.getRuntime().addShutdownHook(new Thread(playwright::close, "end of the browser"));
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(executable)
                // Chromium's sandbox refuses root, as whom containers run tests.
                .setArgs(List.of("--no-sandbox", "--disable-gpu", "--force-color-profile=srgb")));
  }

  private static Optional<Path> executable() {
    String named = System.getProperty("sluice.chromium", "");
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named)).filter(Files::isExecutable);
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .flatMap(folder -> NAMES.stream().map(Path.of(folder)::resolve))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
