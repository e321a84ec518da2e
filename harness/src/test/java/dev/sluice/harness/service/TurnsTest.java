package dev.sluice.harness.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.jobs.Adjustment;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.jobs.JobEvent;
import dev.sluice.harness.jobs.JobQueue;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.report.JsonReport;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that are paused, changed and gone on with end as those that are left alone. */
@Timeout(180)
class TurnsTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  @TempDir private Path folder;
  private ServiceWorld world;
  private final AtomicInteger turns = new AtomicInteger();

  /** What is done to the job, on the device's thread, after its third slice. */
  private Consumer<JobQueue> afterThirdSlice = jobs -> {};

  @BeforeEach
  void world() {
    world = ServiceWorld.in(folder, 3);
  }

  /** Counts the turns of a sweep and its slices. */
  private final class Counting implements JobListeners {
    private final AtomicInteger slices = new AtomicInteger();
    private final JobQueue[] queue = new JobQueue[1];

    @Override
    public Watch<SweepListener> sweep(SweepPlan plan) {
      turns.incrementAndGet();
      SweepListener third =
          new SweepListener() {
            @Override
            public void on(SweepEvent event, boolean replayed) {
              if (event instanceof SweepEvent.TrialsScored && slices.incrementAndGet() == 3) {
                afterThirdSlice.accept(queue[0]);
              }
            }
          };
      return new Watch<>() {
        @Override
        public List<SweepListener> listeners() {
          return List.of(third);
        }
      };
    }
  }

  private JobQueue open() {
    Counting counting = new Counting();
    JobQueue queue = JobService.open(world.journals(), world.roots(), counting);
    counting.queue[0] = queue;
    return queue;
  }

  private static List<JobEvent> awaitEnd(JobQueue jobs, String name) {
    return jobs.events(name, Optional.empty()).collectList().blockOptional(LONG).orElseThrow();
  }

  private static void await(JobQueue jobs, String name, State state) {
    String word = "\"state\":\"" + state.name().toLowerCase(Locale.ROOT) + "\"";
    jobs.events(name, Optional.empty()).filter(e -> e.data().contains(word)).blockFirst(LONG);
  }

  /** What must not depend on how often a sweep was stopped. */
  static Map<String, JsonNode> findings(JournalFolder journals, String name) {
    try {
      JsonNode report =
          new ObjectMapper()
              .readTree(JsonReport.of(SweepState.of(journals.read(name)).orElseThrow()));
      return List.of("order", "candidates", "finished", "digests").stream()
          .collect(Collectors.toMap(part -> part, report::get));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, JsonNode> undisturbed() {
    Consumer<JobQueue> disturbance = afterThirdSlice;
    afterThirdSlice = jobs -> {};
    try (JobQueue jobs = open()) {
      jobs.submit(ServiceWorld.sweep("whole"));
      awaitEnd(jobs, "whole");
    }
    turns.set(0);
    afterThirdSlice = disturbance;
    return findings(world.journals(), "whole");
  }

  @Test
  void sweepThatIsRetunedWhileItRunsFindsTheSame() {
    afterThirdSlice =
        jobs -> jobs.adjust("x", new Adjustment(OptionalInt.empty(), Optional.of("300M")));
    Map<String, JsonNode> whole = undisturbed();
    try (JobQueue jobs = open()) {
      jobs.submit(ServiceWorld.sweep("x"));
      List<JobEvent> events = awaitEnd(jobs, "x");
      assertThat(turns).as("sessions that were opened").hasValue(2);
      assertThat(events.stream().filter(e -> e.type().equals("job")).map(JobEvent::data))
          .noneMatch(data -> data.contains("\"paus"));
      assertThat(jobs.get("x").plan()).containsEntry("memory", "300M");
      assertThat(jobs.get("x").state()).isEqualTo(State.DONE);
      List<String> ids = events.stream().flatMap(e -> e.id().stream()).toList();
      assertThat(ids)
          .isEqualTo(IntStream.rangeClosed(1, ids.size()).mapToObj(i -> "" + i).toList());
    }
    assertThat(findings(world.journals(), "x")).isEqualTo(whole);
  }

  @Test
  void pausedSweepGoesOnToTheSameEnd() {
    afterThirdSlice = jobs -> jobs.pause("x");
    Map<String, JsonNode> whole = undisturbed();
    try (JobQueue jobs = open()) {
      jobs.submit(ServiceWorld.sweep("x"));
      await(jobs, "x", State.PAUSED);
      long scored =
          world.journals().read("x").stream()
              .filter(e -> e instanceof SweepEvent.TrialsScored)
              .count();
      assertThat(scored).as("it stopped after its slice").isEqualTo(3);
      jobs.resume("x");
      awaitEnd(jobs, "x");
    }
    assertThat(findings(world.journals(), "x")).isEqualTo(whole);
  }

  @Test
  void sweepOfAServiceThatWasClosedGoesOnByItself() {
    afterThirdSlice = jobs -> Thread.ofPlatform().start(jobs::close);
    Map<String, JsonNode> whole = undisturbed();
    JobQueue first = open();
    first.submit(ServiceWorld.sweep("x"));
    first.submit(ServiceWorld.sweep("y", "until", "0.2"));
    awaitEnd(first, "x");
    first.close();
    afterThirdSlice = jobs -> {};
    try (JobQueue jobs = awaitOpen()) {
      awaitEnd(jobs, "y");
      assertThat(jobs.get("x").state()).isEqualTo(State.DONE);
    }
    assertThat(findings(world.journals(), "x")).isEqualTo(whole);
  }

  /** The thread that closes the first service may not have given back its lock yet. */
  private JobQueue awaitOpen() {
    while (true) {
      try {
        return open();
      } catch (PrerequisiteException e) {
        assertThat(e).hasMessageContaining("served by");
        Thread.onSpinWait();
      }
    }
  }

  private static JobRequest evaluation() {
    return new JobRequest(
        Job.Kind.EVALUATION,
        Map.of(
            "name", "e",
            "model", "tiny",
            "tasks", "boolq",
            "variants", "intact,less=cut:1.ffn",
            "data", "boolq=boolq.jsonl",
            "threads", "1"),
        0);
  }

  @Test
  void evaluationTellsItsBeginningItsScoresAndItsEnd() throws IOException {
    Files.writeString(
        world.data().resolve("boolq.jsonl"),
        IntStream.range(0, 40)
            .mapToObj(i ->
                "{\"passage\": \"Gate %d.\", \"question\": \"is it\", \"label\": %s}\n"
                    .formatted(i, i % 3 == 0))
            .collect(Collectors.joining()));
    List<JobEvent> durable;
    try (JobQueue jobs = open()) {
      jobs.submit(evaluation());
      List<JobEvent> events = awaitEnd(jobs, "e");
      assertThat(jobs.get("e").problem()).isEmpty();
      durable = events.stream().filter(e -> e.id().isPresent()).toList();
      assertThat(durable).extracting(JobEvent::type).containsExactly("started", "ended");
      JsonNode started = JobServiceTest.json(durable.getFirst());
      assertThat(started.path("variants").toString()).isEqualTo("[\"intact\",\"less\"]");
      assertThat(started.path("tasks").toString()).isEqualTo("[\"boolq\"]");
      JsonNode progress = new ObjectMapper().readTree(jobs.progress("e").orElseThrow());
      assertThat(progress.path("items").asInt()).isEqualTo(40);
      assertThat(progress.path("task").asText()).isEqualTo("boolq");
      assertThat(events).extracting(JobEvent::type).contains("note");
    }
    TaskScore kept =
        Objects.requireNonNull(
                world
                    .journals()
                    .evaluation("e")
                    .items(item -> {})
                    .results()
                    .getFirst()
                    .variants()
                    .get("less"))
            .scores()
            .getFirst();
    JsonNode score = JobServiceTest.json(durable.getLast()).at("/scores/1");
    assertThat(score.path("variant").asText()).isEqualTo("less");
    assertThat(score.path("metric").asText()).isEqualTo("acc");
    assertThat(score.path("value").asDouble()).isEqualTo(kept.value());
    assertThat(score.path("standardError").asDouble())
        .isEqualTo(kept.standardError().orElseThrow());
    assertThat(score.path("documents").asInt()).isEqualTo(40);
    try (JobQueue jobs = open()) {
      assertThat(awaitEnd(jobs, "e").stream().filter(e -> e.id().isPresent()))
          .as("read back from its file")
          .containsExactlyElementsOf(durable);
    }
  }

  @Test
  void jobWhoseModelIsGoneWhenItsTurnComesFailsWithTheReason() throws IOException {
    afterThirdSlice =
        jobs -> {
          try {
            jobs.submit(ServiceWorld.sweep("later"));
            Files.move(world.models().resolve("tiny"), folder.resolve("away"));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    try (JobQueue jobs = open()) {
      jobs.submit(ServiceWorld.sweep("x"));
      awaitEnd(jobs, "x");
      awaitEnd(jobs, "later");
      assertThat(jobs.get("later").state()).isEqualTo(State.FAILED);
      assertThat(jobs.get("later").problem().orElseThrow()).contains("model 'tiny'");
      assertThat(jobs.get("x").state()).isEqualTo(State.DONE);
    }
  }
}
