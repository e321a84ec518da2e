package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.progress.FixedClock;
import dev.sluice.harness.progress.SampleRun;
import dev.sluice.harness.report.SampleStates;
import dev.sluice.harness.sweep.SweepState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonEventsTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final FixedClock clock = new FixedClock();
  private final SweepState state = SampleStates.ofBlocks(6).withNan().dropping().steps(3).build();
  private final SampleRun run = new SampleRun(state, clock);
  private final JsonEvents events =
      new JsonEvents(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock, state.plan());

  private List<JsonNode> lines() throws Exception {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : bytes.toString(StandardCharsets.UTF_8).lines().toList()) {
      nodes.add(new ObjectMapper().readTree(line));
    }
    return nodes;
  }

  private List<JsonNode> lines(String event) throws Exception {
    return lines().stream().filter(n -> n.path("event").asText().equals(event)).toList();
  }

  @Test
  void everyEventIsOneObjectOnOneLine() throws Exception {
    run.start(events, true);
    run.replay(events, 1);
    run.step(events, 2);
    run.step(events, 3);
    run.finish(events);

    assertThat(lines().getFirst().path("event").asText()).isEqualTo("started");
    assertThat(lines().getFirst().path("blocks").asInt()).isEqualTo(6);
    assertThat(lines("trial")).hasSize(12 + 11 + 10);
    assertThat(lines("step")).hasSize(3);
    assertThat(lines("step").getFirst().path("replayed").asBoolean()).isTrue();
    assertThat(lines("step").getLast().path("replayed").asBoolean()).isFalse();
    assertThat(lines().getLast().path("reason").asText()).isEqualTo("ratio_reached");
  }

  @Test
  void trialsCarryTheirScores() throws Exception {
    run.step(events, 1);

    JsonNode nan = lines("trial").get(0);
    assertThat(nan.path("score").asText()).isEqualTo("NaN");
    JsonNode trial = lines("trial").get(1);
    var score = state.trialsOf(1).get(1).scores().getFirst();
    assertThat(trial.path("candidate").asText()).isEqualTo("0.ffn");
    assertThat(trial.path("score").asDouble()).isEqualTo(score.mean());
    assertThat(trial.path("standardError").asDouble()).isEqualTo(score.standardError());
    assertThat(trial.path("measures").path("nll").isNumber()).isTrue();
    assertThat(lines("step").getFirst().path("reduction").path("sublayers").asDouble())
        .isEqualTo(1 / 12.0);
  }

  @Test
  void progressComesOnceASecondAtMost() throws Exception {
    long before = clock.millis();
    run.step(events, 1);

    assertThat(lines("progress").size()).isBetween(1, 1 + (int) ((clock.millis() - before) / 1000));
    assertThat(lines("progress").getFirst().path("running")).hasSize(4);
  }
}
