package dev.sluice.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sweep of 160 sublayers by 160 steps, which no model at hand has: its numbers are made up. */
class WideSweepTest {
  /** Counts the draws of each canvas that lie in one frame. */
  private static final String COUNT =
      """
      () => {
        window.most = 0;
        const seen = new Map();
        const clear = () => { seen.clear(); requestAnimationFrame(clear); };
        requestAnimationFrame(clear);
        const put = CanvasRenderingContext2D.prototype.setTransform;
        CanvasRenderingContext2D.prototype.setTransform = function (...all) {
          seen.set(this.canvas, (seen.get(this.canvas) ?? 0) + 1);
          window.most = Math.max(window.most, seen.get(this.canvas));
          return put.apply(this, all);
        };
      }
      """;

  @Test
  void manyEventsAreDrawnOnceAFrameAndNothingIsLeftOut() throws IOException {
    try (FixtureService service = new FixtureService()) {
      SampleSweep sweep = new SampleSweep("wide", 80, 160);
      EventChannel events = service.events("/jobs/wide/events");
      service.json("GET /jobs", "{\"total\":1,\"jobs\":[" + sweep.job("running", "") + "]}");
      service.json("GET /jobs/wide", sweep.job("running", ""));
      sweep.play(events, 90);
      try (Tab tab =
          Chromium.open(Screen.LAPTOP, service.url("")).expecting("^404").go("/sweeps/wide")) {
        assertThat(tab.card("Steps").locator("tbody tr")).hasCount(89);
        tab.page.evaluate(COUNT);
        tab.settled();
        for (int i = 0; i < 300; i++) {
          events.passing("progress", sweep.progress(90, i % 40, i % 40 + 16));
        }
        events.durable("trials", sweep.trials(90, 0, sweep.left()));
        events.durable("step", sweep.step(90));
        assertThat(tab.card("Steps").locator("tbody tr")).hasCount(90);
        assertThat(tab.page.evaluate("() => window.most")).isEqualTo(1);
        assertThat(tab.shifted()).as(tab.shifts()).isLessThan(0.01);
        List<List<String>> map = tab.table("What is cut");
        assertThat(map.subList(1, map.size()).stream().filter(row -> !row.get(1).isEmpty()))
            .hasSize(90);
      }
    }
  }
}
