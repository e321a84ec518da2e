package dev.sluice.harness.server;

import dev.sluice.harness.jobs.Adjustment;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.jobs.JobConflictException;
import dev.sluice.harness.jobs.JobEvent;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.jobs.Jobs;
import dev.sluice.harness.jobs.NoSuchJobException;
import dev.sluice.scorers.PrerequisiteException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/** Jobs that only change their states; streams are what a test says. */
final class FakeJobs implements Jobs {
  static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");

  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  volatile Function<Optional<String>, Flux<JobEvent>> streams = after -> Flux.never();
  volatile Runnable before = () -> {};

  Job put(String name, State state) {
    Map<String, String> plan = new TreeMap<>(Map.of("model", "demo", "until", "0.25"));
    return put(
        new Job(
            name,
            Job.Kind.SWEEP,
            plan,
            0,
            state,
            new Job.Times(CREATED, Optional.empty(), Optional.empty()),
            Optional.empty()));
  }

  private Job put(Job job) {
    jobs.put(job.name(), job);
    return job;
  }

  private Job become(String name, State state) {
    Job old = get(name);
    if (old.state() == State.DONE) {
      throw new JobConflictException("job '" + name + "' is done");
    }
    return put(
        new Job(name, old.kind(), old.plan(), old.priority(), state, old.times(), old.problem()));
  }

  @Override
  public Job submit(JobRequest request) {
    before.run();
    if (request.plan().containsKey("mesure")) {
      throw new PrerequisiteException("unknown key 'mesure'. Did you mean 'measure'?");
    }
    Job job = put(request.plan().getOrDefault("name", "made"), State.QUEUED);
    return put(
        new Job(
            job.name(),
            request.kind(),
            request.plan(),
            request.priority(),
            State.QUEUED,
            job.times(),
            Optional.empty()));
  }

  @Override
  public List<Job> list() {
    before.run();
    return new ArrayList<>(new TreeMap<>(jobs).values());
  }

  @Override
  public Job get(String name) {
    return Optional.ofNullable(jobs.get(name))
        .orElseThrow(() -> new NoSuchJobException("no job '" + name + "'"));
  }

  @Override
  public Optional<String> progress(String name) {
    return get(name).state() == State.RUNNING
        ? Optional.of("{\"job\":\"" + name + "\",\"share\":0.5,\"tokensPerSecond\":\"NaN\"}")
        : Optional.empty();
  }

  @Override
  public Job pause(String name) {
    return become(name, State.PAUSED);
  }

  @Override
  public Job resume(String name) {
    return become(name, State.QUEUED);
  }

  @Override
  public Job cancel(String name) {
    return become(name, State.CANCELLED);
  }

  @Override
  public Job adjust(String name, Adjustment adjustment) {
    Job old = get(name);
    Map<String, String> plan = new TreeMap<>(old.plan());
    adjustment.memory().ifPresent(memory -> plan.put("memory", memory));
    return put(
        new Job(
            name,
            old.kind(),
            plan,
            adjustment.priority().orElse(old.priority()),
            old.state(),
            old.times(),
            old.problem()));
  }

  @Override
  public Flux<JobEvent> events(String name, Optional<String> after) {
    return streams.apply(after);
  }

  @Override
  public Flux<JobEvent> events(Optional<String> after) {
    return streams.apply(after);
  }
}
