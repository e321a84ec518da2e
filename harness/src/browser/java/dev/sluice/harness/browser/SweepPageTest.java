package dev.sluice.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page of a sweep, against what the API says of it. */
class SweepPageTest {

  @Test
  void itsStepsAreThoseOfTheApi() {
    LiveService service = DemoWorld.service();
    JsonNode steps = service.get("/sweeps/half/steps").path("steps");
    List<String> cuts = new ArrayList<>();
    steps.forEach(step -> cuts.addFirst(step.path("candidate").asText()));
    try (Tab tab = service.open(Screen.LAPTOP).go("/sweeps/half")) {
      assertThat(tab.card("Steps").locator("tbody tr")).hasCount(12);
      assertThat(tab.card("Steps").locator("tbody tr td:nth-child(2)").allTextContents())
          .isEqualTo(cuts);
    }
  }
}
