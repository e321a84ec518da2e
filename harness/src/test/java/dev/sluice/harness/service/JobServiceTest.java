package dev.sluice.harness.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.jobs.JobEvent;
import dev.sluice.harness.jobs.JobQueue;
import dev.sluice.harness.sweep.SweepState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class JobServiceTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  @TempDir private Path folder;

  private static List<JobEvent> all(JobQueue jobs, String name) {
    return after(jobs, name, Optional.empty());
  }

  private static List<JobEvent> after(JobQueue jobs, String name, Optional<String> id) {
    return jobs.events(name, id).collectList().blockOptional(LONG).orElseThrow();
  }

  private static List<JobEvent> durable(List<JobEvent> events) {
    return events.stream().filter(e -> e.id().isPresent()).toList();
  }

  static JsonNode json(JobEvent event) {
    try {
      return new ObjectMapper().readTree(event.data());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sweepRunsToItsEndAndItsEventsAreItsJournal() {
    ServiceWorld world = ServiceWorld.in(folder, 3);
    try (JobQueue jobs = world.open()) {
      Job job = jobs.submit(ServiceWorld.sweep("first"));
      assertThat(job.state()).isEqualTo(State.QUEUED);
      List<JobEvent> events = all(jobs, "first");

      assertThat(jobs.get("first").state()).isEqualTo(State.DONE);
      assertThat(events.getFirst().type()).isEqualTo("job");
      assertThat(json(events.getLast()).path("state").asText()).isEqualTo("done");
      List<JobEvent> durable = durable(events);
      assertThat(durable).hasSameSizeAs(world.journals().read("first"));
      assertThat(durable.getFirst().type()).isEqualTo("started");
      assertThat(durable.getLast().type()).isEqualTo("finished");
      assertThat(durable.getLast().id()).contains("" + durable.size());
      SweepState state = SweepState.of(world.journals().read("first")).orElseThrow();
      assertThat(
              durable.stream()
                  .filter(e -> e.type().equals("step"))
                  .map(e -> json(e).path("candidate").asText()))
          .containsExactlyElementsOf(
              state.steps().stream().map(s -> s.committed().name()).toList());
      JsonNode progress =
          json(new JobEvent(Optional.empty(), "", jobs.progress("first").orElseThrow()));
      assertThat(progress.path("job").asText()).isEqualTo("first");
      assertThat(durable(all(jobs, "first"))).isEqualTo(durable);
    }
    try (JobQueue jobs = world.open()) {
      List<JobEvent> again = all(jobs, "first");
      assertThat(durable(again)).hasSameSizeAs(world.journals().read("first"));
      List<JobEvent> rest = after(jobs, "first", Optional.of("3"));
      assertThat(durable(rest).getFirst().id()).contains("4");
      assertThat(jobs.progress("first")).isEmpty();
    }
  }
}
