package dev.sluice.harness.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobEvent;
import dev.sluice.harness.jobs.JobQueue;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.jobs.NoSuchJobException;
import dev.sluice.harness.tasks.TaskResults;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** kill -9 of a service costs the slice in flight and nothing else; its jobs go on by themselves. */
@Timeout(300)
class JobsAfterKillTest {
  /** More with {@code -Dsluice.kills=20}. */
  private static final int KILLS = Integer.getInteger("sluice.kills", 6);

  private static final int BLOCKS = 5;
  private static final List<String> SWEEPS = List.of("one", "two", "three");
  private static final Duration LONG = Duration.ofMinutes(4);

  @TempDir private Path folder;

  private static List<JobRequest> requests() {
    return List.of(
        ServiceWorld.sweep("one"),
        ServiceWorld.sweep("two", "measure", "kl"),
        new JobRequest(
            Job.Kind.EVALUATION,
            Map.of(
                "name", "asked",
                "model", "tiny",
                "tasks", "boolq",
                "variants", "intact,one@0.5",
                "data", "boolq=boolq.jsonl",
                "batch-tokens", "128",
                "threads", "1"),
            0),
        ServiceWorld.sweep("three", "candidates", "attention"));
  }

  private static ServiceWorld world(Path folder) throws IOException {
    ServiceWorld world = ServiceWorld.in(folder, BLOCKS);
    Files.writeString(
        world.data().resolve("boolq.jsonl"),
        IntStream.range(0, 200)
            .mapToObj(i ->
                "{\"passage\": \"Gate %d.\", \"question\": \"is it\", \"label\": %s}\n"
                    .formatted(i, i % 3 == 0))
            .collect(Collectors.joining()));
    return world;
  }

  /** The service: submits what is not there yet, tells each durable event, ends when all is done. */
  public static void main(String[] arguments) {
    JobQueue jobs = ServiceWorld.at(Path.of(arguments[0])).open();
    requests().forEach(request -> submit(jobs, request));
    Flux.fromIterable(requests())
        .flatMap(r -> {
          String name = r.plan().getOrDefault("name", "");
          return jobs.events(name, Optional.empty()).map(e -> line(name, e));
        })
        .filter(line -> !line.isEmpty())
        .doOnNext(JobsAfterKillTest::say)
        .blockLast();
    jobs.close();
    say("all done");
  }

  private static void submit(JobQueue jobs, JobRequest request) {
    try {
      Job ignored = jobs.get(request.plan().getOrDefault("name", ""));
    } catch (NoSuchJobException e) {
      Job submitted = jobs.submit(request);
      say("submitted " + submitted.name());
    }
  }

  private static String line(String name, JobEvent event) {
    if (event.id().isPresent()) {
      return name + " " + event.id().get();
    }
    boolean running = event.type().equals("job") && event.data().contains("\"state\":\"running\"");
    return event.type().equals("progress") ? "progress " + name : running ? "running " + name : "";
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** The highest id that was told of each job. */
  private final Map<String, Integer> told = new HashMap<>();

  private Process start(Path at) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            JobsAfterKillTest.class.getName(),
            at.toString())
        .redirectError(Files.createTempFile(folder, "stderr", ".txt").toFile())
        .start();
  }

  /** Reads until so many durable events are new, or a job got the device if none is wanted. */
  private String await(BufferedReader lines, int fresh) throws IOException {
    int left = fresh;
    String line = lines.readLine();
    while (line != null && !(fresh == 0 && line.startsWith("running ")) && left >= 0) {
      String[] words = line.split(" ", -1);
      if (words[1].matches("\\d+")) {
        int id = Integer.parseInt(words[1]);
        left -= id > told.getOrDefault(words[0], 0) && fresh > 0 ? 1 : 0;
        told.merge(words[0], id, Math::max);
      } else if (words[0].equals("progress") && words[1].equals("asked") && fresh > 0) {
        left--;
      }
      if (left == 0 && fresh > 0) {
        return line;
      }
      line = lines.readLine();
    }
    return String.valueOf(line);
  }

  private static void spin(long nanoseconds) {
    long end = System.nanoTime() + nanoseconds;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static List<TaskResults.OfTask> results(ServiceWorld world) {
    return world.journals().evaluation("asked").items(item -> {}).results();
  }

  private ServiceWorld undisturbed() throws IOException {
    ServiceWorld world = world(Files.createDirectories(folder.resolve("whole")));
    try (JobQueue jobs = world.open()) {
      requests().forEach(jobs::submit);
      jobs.events("three", Optional.empty()).blockLast(LONG);
      assertThat(jobs.list()).allMatch(job -> job.state() == Job.State.DONE);
    }
    return world;
  }

  @Test
  void killedAtRandomMomentsAllJobsEndTheSame() throws IOException {
    ServiceWorld whole = undisturbed();
    ServiceWorld world = world(Files.createDirectories(folder.resolve("killed")));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int events = 2 * 35 + 15;
    for (int kill = 1; kill <= KILLS; kill++) {
      String what = "seed %d, kill %d".formatted(seed, kill);
      Process process = start(world.folder());
      // Now and then before anything is done, but never so often in a row that a job is given up.
      int fresh = kill % 3 == 0 ? 0 : 1 + random.nextInt(events / KILLS);
      String seen = await(lines(process), fresh);
      spin(random.nextInt(30_000_000));
      assertThat(process.isAlive())
          .as("%s: alive when it is killed, after '%s'", what, seen)
          .isTrue();
      process.toHandle().destroyForcibly();
      assertThat(process.onExit().join().exitValue()).as(what).isEqualTo(128 + 9);
    }
    Process last = start(world.folder());
    List<String> said = lines(last).lines().toList();
    assertThat(said.getLast()).as("seed %d", seed).isEqualTo("all done");
    assertThat(said)
        .as("seed %d: all jobs were there", seed)
        .noneMatch(l -> l.startsWith("submitted"));
    try (JobQueue jobs = world.open()) {
      assertThat(jobs.list()).as("seed %d", seed).hasSize(4);
      assertThat(jobs.list()).allMatch(job -> job.state() == Job.State.DONE);
    }
    for (String sweep : SWEEPS) {
      assertThat(TurnsTest.findings(world.journals(), sweep))
          .as("seed %d, sweep %s", seed, sweep)
          .isEqualTo(TurnsTest.findings(whole.journals(), sweep));
    }
    assertThat(results(world)).as("seed %d", seed).isEqualTo(results(whole));
  }
}
