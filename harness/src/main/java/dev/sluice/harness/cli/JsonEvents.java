package dev.sluice.harness.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.report.EventJson;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.scorers.Measure;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Clock;

/**
 * Prints a sweep's events as JSON, one object a line.
 *
 * <p>Key {@code event} is {@code started}, {@code trial}, {@code step}, {@code progress} or {@code
 * finished}; {@code replayed} tells what an earlier process did. Numbers that JSON cannot hold are
 * the strings {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}. Progress comes once a second
 * at most and is not durable; all else is journalled before it is printed.
 */
public final class JsonEvents implements SweepListener {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long PROGRESS_MILLIS = 1000;

  private final PrintStream out;
  private final Clock clock;
  private final SweepPlan plan;
  private long lastProgress;

  /**
   * A stream of events.
   *
   * @param out flushed after every line; stays open
   * @param plan of the sweep that will be announced
   */
  public JsonEvents(PrintStream out, Clock clock, SweepPlan plan) {
    this.out = out;
    this.clock = clock;
    this.plan = plan;
    this.lastProgress = clock.millis() - PROGRESS_MILLIS;
  }

  @Override
  public void on(SweepEvent event, boolean replayed) {
    Measure objective = plan.search().objective();
    if (event instanceof TrialsScored scored) {
      scored.trials().forEach(t -> print("trial", EventJson.trial(t, objective), replayed));
    } else {
      print(EventJson.type(event), EventJson.of(event, objective), replayed);
    }
  }

  @Override
  public void progress(Progress progress) {
    if (clock.millis() - lastProgress < PROGRESS_MILLIS) {
      return;
    }
    lastProgress = clock.millis();
    print("progress", EventJson.progress(progress), false);
  }

  private void print(String event, ObjectNode content, boolean replayed) {
    ObjectNode node = MAPPER.createObjectNode().put("event", event).setAll(content);
    try {
      out.print(MAPPER.writeValueAsString(node.put("replayed", replayed)) + "\n");
      out.flush();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
