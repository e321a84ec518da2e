package dev.sluice.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import org.junit.jupiter.api.Test;

/** The form that starts jobs: what it offers, refuses and starts. */
class StartFormTest {

  private static Locator field(Tab tab, String key) {
    return tab.page.locator("[data-key=" + key + "]");
  }

  @Test
  void whatTheServiceRefusesIsShownAtItsFieldWhichGetsTheFocus() {
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).expecting("^422 POST").go("/start")) {
      field(tab, "model").locator("input").fill("demo");
      field(tab, "calibration").locator("input").fill("demo/calibration.txt");
      tab.page.getByText("more keys").click();
      field(tab, "sequences").locator("input").fill("24");
      tab.button("Start the sweep").click();
      assertThat(field(tab, "sequences").locator(".problem"))
          .containsText("calibration-preset finercut fixes it at 10");
      assertThat(field(tab, "sequences").locator("input")).isFocused();
      assertThat(field(tab, "sequences").locator("input")).hasAttribute("aria-invalid", "true");
      assertThat(field(tab, "model").locator(".problem")).isEmpty();
    }
  }

  @Test
  void whatIsMissingIsSaidWithoutAskingTheService() {
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).go("/start")) {
      tab.button("Start the sweep").click();
      assertThat(field(tab, "model").locator(".problem")).hasText("model is needed");
      assertThat(field(tab, "calibration").locator(".problem")).hasText("calibration is needed");
      assertThat(field(tab, "model").locator("input")).isFocused();
      field(tab, "until").locator("input").fill("1.5");
      tab.button("Start the sweep").click();
      assertThat(field(tab, "until").locator(".problem")).isVisible();
    }
  }

  @Test
  void aModelThatIsNotThereIsRefusedAtTheModel() {
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).expecting("^422 POST").go("/start")) {
      field(tab, "model").locator("input").fill("../../etc");
      field(tab, "calibration").locator("input").fill("demo/calibration.txt");
      tab.button("Start the sweep").click();
      assertThat(field(tab, "model").locator(".problem"))
          .containsText("is not there for this service");
      assertThat(field(tab, "model").locator("input")).isFocused();
    }
  }

  @Test
  void aSweepIsStartedAndShown() {
    LiveService service = DemoWorld.service();
    // On a busy machine the page asks for the sweep before its journal is begun, and asks again.
    Tab early = service.open(Screen.LAPTOP).expecting("^404 GET .*/sweeps/by-hand$");
    try (Tab tab = early.go("/start")) {
      assertThat(field(tab, "calibration").locator("option[value='demo/heldout.txt']")).hasCount(1);
      field(tab, "name").locator("input").fill("by-hand");
      field(tab, "model").locator("input").fill("demo");
      field(tab, "calibration").locator("input").fill("demo/heldout.txt");
      field(tab, "measure").locator("select").selectOption("kl");
      field(tab, "until").locator("input").fill("0.05");
      tab.button("Start the sweep").click();
      tab.heading("by-hand").waitFor();
      org.assertj.core.api.Assertions.assertThat(tab.page.url()).endsWith("/sweeps/by-hand");
      service.await("by-hand", "done");
      assertThat(tab.page.locator(".title .chip")).hasText("✓done");
      assertThat(tab.page.locator(".lead")).containsText("1 of 24 sublayers are cut · goes by kl");
    }
  }

  @Test
  void anEvaluationIsStartedFromWhatIsOffered() {
    LiveService service = DemoWorld.service();
    try (Tab tab = service.open(Screen.LAPTOP).go("/start?kind=evaluation")) {
      field(tab, "name").locator("input").fill("asked");
      field(tab, "model").locator("input").fill("demo");
      field(tab, "tasks").locator("input").fill("sciq");
      tab.button("intact").click();
      tab.button("half@0.25").click();
      assertThat(field(tab, "variants").locator("input")).hasValue("intact,half@0.25");
      tab.page.getByText("more keys").click();
      field(tab, "data").locator("input").fill("sciq=sciq.jsonl");
      tab.button("Start the evaluation").click();
      tab.heading("asked").waitFor();
      service.await("asked", "done");
      assertThat(tab.page.locator(".title .chip")).hasText("✓done");
      String shown = tab.page.locator(".livetable tbody tr").first().textContent();
      double value =
          service.get("/evaluations/asked").path("scores").path(0).path("value").asDouble();
      org.assertj.core.api.Assertions.assertThat(shown)
          .startsWith("sciq · acc" + (value == 1 ? "1.000" : String.format("%.4f", value)));
    }
  }
}
