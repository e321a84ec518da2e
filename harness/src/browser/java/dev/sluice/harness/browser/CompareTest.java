package dev.sluice.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Variants side by side, against the numbers of the API. */
class CompareTest {

  private static JsonNode comparison(String query) {
    return DemoWorld.service().get("/compare?" + query);
  }

  private static String plain(JsonNode number) {
    return number.isMissingNode() ? "" : String.valueOf(number.asDouble());
  }

  /** As doubles, whatever way they are written. */
  private static List<String> same(List<String> cells) {
    return cells.stream().map(CompareTest::number).toList();
  }

  private static String number(String text) {
    try {
      return String.valueOf(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return text;
    }
  }

  @Test
  void scoresAndTheirErrorsAreThoseOfTheApi() {
    List<List<String>> expected = new ArrayList<>();
    for (JsonNode task : comparison("of=cuts").path("tasks")) {
      task.path("variants")
          .properties()
          .forEach(found ->
              found
                  .getValue()
                  .path("scores")
                  .forEach(score ->
                      expected.add(
                          List.of(
                              task.path("task").asText(),
                              score.path("metric").asText(),
                              found.getKey(),
                              plain(score.path("value")),
                              plain(score.path("standardError")),
                              plain(score.path("documents")),
                              plain(found.getValue().path("nearTies"))))));
    }
    assertThat(expected).hasSize(24);
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).go("/compare?of=cuts")) {
      List<List<String>> shown = tab.table("Task by task");
      assertThat(shown.subList(1, shown.size()).stream().map(CompareTest::same))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void differencesAndWhatIsRetainedAreThoseOfTheApi() {
    JsonNode all = comparison("of=cuts&pairs=baseline");
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).go("/compare?of=cuts")) {
      List<List<String>> differences = tab.table("Is a difference real?");
      JsonNode found = all.path("differences");
      assertThat(differences).hasSize(1 + found.size());
      for (int i = 0; i < found.size(); i++) {
        JsonNode one = found.path(i);
        assertThat(same(differences.get(i + 1).subList(2, 10)))
            .containsExactly(
                one.path("second").asText(),
                one.path("first").asText(),
                plain(one.path("items")),
                plain(one.path("difference")),
                plain(one.path("low")),
                plain(one.path("high")),
                plain(one.path("lost")),
                plain(one.path("gained")));
      }
      List<List<String>> retained = tab.table("What is retained");
      JsonNode variants = all.path("variants");
      assertThat(retained).hasSize(1 + variants.size());
      for (int i = 0; i < variants.size(); i++) {
        JsonNode one = variants.path(i);
        assertThat(number(retained.get(i + 1).get(2)))
            .isEqualTo(plain(one.path("saved").path("parameters")));
        assertThat(number(retained.get(i + 1).get(8))).isEqualTo(plain(one.path("retained")));
      }
    }
  }

  @Test
  void itemsThatChangeSidesAreShownWithTheirPrompts() {
    JsonNode flips = comparison("of=cuts&pairs=baseline&flips=5").path("flips");
    assertThat(flips).isNotEmpty();
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).go("/compare?of=cuts")) {
      assertThat(tab.page.locator(".flip")).hasCount(flips.size());
      String first = flips.path(0).path("requests").path(0).path("context").asText();
      assertThat(tab.page.locator(".flip .context").first().textContent()).isEqualTo(first);
      assertThat(tab.page.locator(".flip").first().locator("tr.gold")).hasCount(1);
    }
  }

  @Test
  void whatIsChosenStandsInTheAddressAndComesBackWithIt() {
    try (Tab tab = DemoWorld.service().open(Screen.LAPTOP).go("/compare")) {
      assertThat(tab.page.getByText("Choose an evaluation, or some of its variants")).isVisible();
      tab.page.getByLabel("intact", exactly()).check();
      tab.page.getByLabel("quarter", exactly()).check();
      tab.page.getByLabel("half@0.5", exactly()).check();
      assertThat(tab.page.getByText("3 variants on 3 tasks; intact is what")).isVisible();
      tab.button("Hold the others against quarter").click();
      assertThat(tab.page.getByText("3 variants on 3 tasks; quarter is what")).isVisible();
      tab.button("difference").click();
      tab.button("FLOPs").click();
      tab.page.getByLabel("Task", exactly()).selectOption("sciq");
      assertThat(tab.page.url())
          .contains("of=cuts%3Aquarter%2Ccuts%3Aintact%2Ccuts%3Ahalf%400.5")
          .contains("maps=difference")
          .contains("saved=flops")
          .contains("task=sciq");
      tab.page.reload();
      assertThat(tab.page.getByText("3 variants on 3 tasks; quarter is what")).isVisible();
      assertThat(tab.button("difference")).hasAttribute("aria-pressed", "true");
      assertThat(tab.button("FLOPs")).hasAttribute("aria-pressed", "true");
      assertThat(tab.page.getByLabel("Task", exactly())).hasValue("sciq");
      assertThat(tab.table("Is a difference real?")).hasSize(1 + 2 * 2);
    }
  }

  private static com.microsoft.playwright.Page.GetByLabelOptions exactly() {
    return new com.microsoft.playwright.Page.GetByLabelOptions().setExact(true);
  }
}
