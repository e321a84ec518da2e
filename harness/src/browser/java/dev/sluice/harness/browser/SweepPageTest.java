package dev.sluice.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Download;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a sweep, against what the API says of it. */
class SweepPageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void itsStepsMapAndCandidatesAreThoseOfTheApi() {
    LiveService service = DemoWorld.service();
    JsonNode steps = service.get("/sweeps/half/steps").path("steps");
    List<String> cuts = new ArrayList<>();
    steps.forEach(step -> cuts.addFirst(step.path("candidate").asText()));
    try (Tab tab = service.open(Screen.LAPTOP).go("/sweeps/half")) {
      assertThat(tab.card("Steps").locator("tbody tr")).hasCount(12);
      assertThat(tab.card("Steps").locator("tbody tr td:nth-child(2)").allTextContents())
          .isEqualTo(cuts);
      for (List<String> row : tab.table("What is cut").subList(1, 25)) {
        int place = cuts.indexOf(row.getFirst());
        assertThat(row.get(1))
            .as(row.getFirst())
            .isEqualTo(place < 0 ? "" : String.valueOf(12 - place));
      }
      assertThat(tab.table("What it costs").subList(1, 13))
          .extracting(row -> Double.valueOf(row.get(3)))
          .containsExactlyElementsOf(doubles(steps, "score"));
    }
  }

  @Test
  void aColumnOfTheHeatMapShowsTheCandidatesOfItsStep() {
    LiveService service = DemoWorld.service();
    JsonNode candidates =
        service.get("/sweeps/half/candidates?step=4&limit=1000").path("candidates");
    try (Tab tab = service.open(Screen.LAPTOP).go("/sweeps/half?step=4")) {
      tab.heading("Candidates of step 4").waitFor();
      List<List<String>> rows = tab.table("Candidates of the step");
      assertThat(rows).hasSize(1 + candidates.size());
      assertThat(rows.subList(1, rows.size()))
          .extracting(row -> Double.valueOf(row.get(1)))
          .isSorted()
          .containsExactlyInAnyOrderElementsOf(doubles(candidates, "score"));
      tab.button("back to the present step").click();
      tab.heading("Candidates of step 12").waitFor();
      assertThat(tab.page.url()).doesNotContain("step=");
    }
  }

  @Test
  void whatItDownloadsHoldsAllCandidates(@TempDir Path folder) throws IOException {
    LiveService service = DemoWorld.service();
    try (Tab tab = service.open(Screen.LAPTOP).go("/sweeps/half")) {
      assertThat(tab.card("Steps").locator("tbody tr")).hasCount(12);
      Download json = tab.page.waitForDownload(() -> tab.button("This page as JSON").click());
      try (InputStream in = json.createReadStream()) {
        JsonNode saved = JSON.readTree(in);
        assertThat(saved.path("candidates")).hasSize(222);
        assertThat(LiveService.numbers(saved.path("steps")))
            .isEqualTo(LiveService.numbers(service.get("/sweeps/half/steps").path("steps")));
      }
      Download picture =
          tab.page.waitForDownload(() -> tab.button("Download What is cut as PNG").click());
      assertThat(picture.suggestedFilename()).isEqualTo("half-map.png");
      Download report = tab.page.waitForDownload(() -> tab.link("HTML").click());
      report.saveAs(folder.resolve("report.html"));
      assertThat(folder.resolve("report.html")).content().contains("</html>");
    }
  }

  @Test
  void itsRowsLeadToTheCalibrationTextTokenByToken() {
    LiveService service = DemoWorld.service();
    JsonNode row = service.get("/sweeps/half/prompts/3");
    try (Tab tab = service.open(Screen.LAPTOP).go("/sweeps/half")) {
      tab.link("Row 3").click();
      tab.heading("Row 3").waitFor();
      assertThat(tab.page.locator(".piece")).hasCount(256);
      assertThat(tab.page.locator(".prompt").textContent()).isEqualTo(row.path("text").asText());
      tab.link("Row after").click();
      tab.heading("Row 4").waitFor();
      tab.page.goBack();
      tab.heading("Row 3").waitFor();
    }
  }

  @Test
  void itMovesWhileTheSweepRunsAndKeepsItsPlace() {
    LiveService service = DemoWorld.service();
    service.shortSweep("moving", "sequences", "6");
    try (Tab tab = service.open(Screen.LAPTOP).go("/sweeps/moving")) {
      assertThat(tab.card("Steps").locator("tbody tr").first()).isVisible();
      tab.settled();
      assertThat(tab.card("Steps").locator("tbody tr")).hasCount(12);
      assertThat(tab.page.locator(".title .chip")).hasText("✓done");
      assertThat(tab.shifted()).as(tab.shifts()).isLessThan(0.01);
      assertThat(tab.page.locator(".figures .where")).hasText("ratio reached");
    }
  }

  @Test
  void priorityAndMemoryOfAWaitingJobCanBeChanged() {
    LiveService service = DemoWorld.service();
    service.longSweep("holding");
    service.shortSweep("adjusted");
    try (Tab tab = service.open(Screen.LAPTOP).go("/sweeps/adjusted").expecting("^4.. PATCH")) {
      tab.page.getByLabel("Priority").fill("7");
      tab.page.getByLabel("Memory").fill("a lot");
      tab.button("Change").click();
      assertThat(tab.page.locator("#adjust-problem")).not().isEmpty();
      tab.page.getByLabel("Memory").fill("700M");
      tab.button("Change").click();
      assertThat(tab.page.getByText("Changed.")).isVisible();
      JsonNode job = service.get("/jobs/adjusted");
      assertThat(job.path("priority").asInt()).isEqualTo(7);
      assertThat(job.path("plan").path("memory").asText()).isEqualTo("700M");
    } finally {
      service.post("/jobs/adjusted/cancel", "");
      service.post("/jobs/holding/cancel", "");
      service.await("holding", "cancelled");
    }
  }

  @Test
  void aSweepThatIsNotThereIsSaidToBeMissing() {
    try (Tab tab =
        DemoWorld.service().open(Screen.LAPTOP).expecting("^404").go("/sweeps/nothing")) {
      tab.heading("No such sweep").waitFor();
      assertThat(tab.page).hasTitle(Pattern.compile("nothing"));
    }
  }

  private static List<Double> doubles(JsonNode items, String field) {
    List<Double> found = new ArrayList<>();
    items.forEach(item -> found.add(item.path(field).asDouble()));
    return found;
  }
}
