package dev.sluice.harness.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.report.JsonFragments;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.scorers.Score;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;

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
    switch (event) {
      case SweepStarted started -> print(started(started), replayed);
      case SweepEvent.TrialsScored scored ->
          scored.trials().forEach(t -> print(trial(t), replayed));
      case SweepEvent.StepCommitted committed -> print(step(committed.step()), replayed);
      case SweepEvent.SweepFinished finished ->
          print(
              event("finished").put("reason", finished.reason().name().toLowerCase(Locale.ROOT)),
              replayed);
    }
  }

  @Override
  public void progress(Progress progress) {
    if (clock.millis() - lastProgress < PROGRESS_MILLIS) {
      return;
    }
    lastProgress = clock.millis();
    ObjectNode node = event("progress");
    node.put("step", progress.step());
    node.put("rowsSeen", progress.rowsSeen());
    node.put("rows", progress.rows());
    node.set("tokensPerSecond", JsonFragments.number(progress.tokensPerSecond()));
    ObjectNode running = node.putObject("running");
    progress
        .running()
        .forEach(r -> running.set(r.candidate().name(), JsonFragments.number(r.mean())));
    print(node, false);
  }

  private static ObjectNode started(SweepStarted started) {
    return event("started")
        .put("name", started.plan().name())
        .put("model", started.plan().model())
        .put("measure", started.plan().search().objective().id())
        .put("unit", started.plan().search().objective().unit())
        .put("blocks", started.provenance().config().blocks())
        .put("weights", started.provenance().weightsDigest());
  }

  private ObjectNode trial(Trial trial) {
    Optional<Score> score =
        trial.scores().stream().filter(s -> s.measure() == plan.search().objective()).findFirst();
    ObjectNode node = event("trial");
    node.put("step", trial.step());
    node.put("candidate", trial.candidate().name());
    node.put("outcome", trial.outcome().name().toLowerCase(Locale.ROOT));
    node.set("score", JsonFragments.number(score.map(Score::mean).orElse(Double.NaN)));
    node.set(
        "standardError", JsonFragments.number(score.map(Score::standardError).orElse(Double.NaN)));
    node.set(
        "rowStandardError",
        JsonFragments.number(score.map(Score::rowStandardError).orElse(Double.NaN)));
    node.set("measures", JsonFragments.means(trial.scores()));
    node.set("seconds", JsonFragments.number(trial.seconds()));
    return node;
  }

  private static ObjectNode step(Step step) {
    ObjectNode node = event("step");
    node.put("step", step.number());
    node.put("candidate", step.committed().name());
    node.set("sublayers", JsonFragments.names(step.committed().sublayers()));
    node.set("score", JsonFragments.number(step.score()));
    node.set("reduction", JsonFragments.reduction(step.reduction()));
    return node;
  }

  private static ObjectNode event(String name) {
    return MAPPER.createObjectNode().put("event", name);
  }

  private void print(ObjectNode node, boolean replayed) {
    try {
      out.print(MAPPER.writeValueAsString(node.put("replayed", replayed)) + "\n");
      out.flush();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
