package dev.sluice.harness.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service under load: the demo swept over and over, fifty readers of event streams of which twenty
 * are slow, a scrape each second, requests all the time. No reader may miss an event, and memory stays
 * where it is. {@code -Dsluice.soak.minutes=30} is the long form; docs/benchmarks/soak.md has its results.
 */
@Timeout(3600)
class SoakTest {
  private static final double MINUTES =
      Double.parseDouble(System.getProperty("sluice.soak.minutes", "0.4"));

  /** From here on the time is long enough to tell growth from warming up. */
  private static final double LONG = 10;

  private static final int FAST = 30;
  private static final int SLOW = 20;
  private static final int SLOW_BYTES_PER_SECOND = 20_000;
  private static final int CALLERS = 4;
  private static final int SCRAPES_A_COLLECTION = 5;
  private static final List<String> LISTS =
      List.of("/api/v1/jobs", "/api/v1/sweeps", "/readyz", "/");
  private static final List<String> OF_SWEEP =
      List.of("", "/steps", "/candidates?limit=50", "/variants", "/report?format=json");

  @TempDir Path folder;

  private final Latencies latencies = new Latencies();
  private final MemoryLog memory = new MemoryLog();
  private final AtomicInteger submitted = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();

  /** The durable events of each job, as its first reader saw them. */
  private final Map<String, List<String>> seen = new ConcurrentHashMap<>();

  @Test
  void nothingIsLostAndNothingGrowsUnderLoad() throws Exception {
    try (ServiceProcess service = serve();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long end = System.nanoTime() + (long) (MINUTES * 60e9);
      submit(service);
      List<Future<?>> all = new ArrayList<>();
      IntStream.range(0, FAST).forEach(i -> all.add(threads.submit(() -> read(service, 0, end))));
      IntStream.range(0, SLOW)
          .forEach(i -> all.add(threads.submit(() -> read(service, SLOW_BYTES_PER_SECOND, end))));
      IntStream.range(0, CALLERS)
          .forEach(i -> all.add(threads.submit(() -> call(service, new Random(i), end))));
      all.add(threads.submit(() -> scrape(service, end)));
      while (System.nanoTime() < end) {
        submit(service);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      }
      for (Future<?> one : all) {
        one.get();
      }
      assertThat(service.errors()).doesNotContain("ERROR", "LEAK", "WARN");
      assertThat(service.terminate()).isZero();
    }
    tell();
    assertThat(seen).isNotEmpty();
    if (MINUTES >= LONG) {
      assertThat(memory.heapGrowth()).as("MiB by which the heap grew").isLessThan(8);
      assertThat(memory.residentGrowth()).as("MiB by which the process grew").isLessThan(48);
    }
  }

  private ServiceProcess serve() throws IOException {
    return ServiceProcess.start(
        folder,
        // With the whole heap touched from the start, what grows is native.
        List.of(
            "env", "JAVA_TOOL_OPTIONS=-Xms256m -Xmx256m -XX:+AlwaysPreTouch", "MALLOC_ARENA_MAX=3"),
        "--journal",
        folder.resolve("journal").toString());
  }

  /** Keep two jobs in line. */
  private void submit(ServiceProcess service) throws IOException {
    int waiting = 0;
    for (var job : service.jobs()) {
      waiting += job.get("state").asText().equals("queued") ? 1 : 0;
    }
    while (waiting < 2) {
      service.submitSweep(
          Map.of(
              "name",
              job(submitted.get()),
              "model",
              "demo",
              "calibration",
              "demo/calibration.txt",
              "measure",
              submitted.get() % 2 == 0 ? "ag" : "kl",
              "until",
              "0.25"));
      submitted.incrementAndGet();
      waiting++;
    }
  }

  private static String job(int number) {
    return "soak-" + number;
  }

  /** Follow one job after the other, each to its end. */
  private void read(ServiceProcess service, int bytesPerSecond, long end) {
    for (int job = 0; System.nanoTime() < end; ) {
      EventClient client =
          new EventClient(service.base(), "/api/v1/jobs/" + job(job) + "/events", bytesPerSecond);
      client.run();
      assertThat(client.failure()).as(job(job)).isNull();
      List<String> events = client.durable();
      assertContiguous(events);
      List<String> first = seen.putIfAbsent(job(job), events);
      assertThat(events)
          .as("what readers of %s see", job(job))
          .isEqualTo(first == null ? events : first);
      streams.incrementAndGet();
      job = Math.min(job + 1, submitted.get() - 1);
    }
  }

  private static void assertContiguous(List<String> events) {
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i)).startsWith((i + 1) + " ");
    }
    assertThat(events.getLast()).contains(" finished ");
  }

  private void call(ServiceProcess service, Random random, long end) {
    while (System.nanoTime() < end) {
      String rest =
          random.nextInt(3) == 0
              ? LISTS.get(random.nextInt(LISTS.size()))
              : OF_SWEEP.get(random.nextInt(OF_SWEEP.size()));
      boolean list = rest.startsWith("/api") || LISTS.contains(rest);
      // The first sweep has a journal before anybody calls.
      int sweep = random.nextInt(Math.max(1, seen.size()));
      String path = list ? rest : "/api/v1/sweeps/" + job(sweep) + rest;
      timed(service, path, list ? rest : "/api/v1/sweeps/{name}" + rest, seen.isEmpty());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private String timed(ServiceProcess service, String path, String route, boolean mayBeAbsent) {
    try {
      long begun = System.nanoTime();
      HttpResponse<String> response = service.get(path);
      latencies.add(route, System.nanoTime() - begun);
      if (!mayBeAbsent) {
        assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
      }
      return response.body();
    } catch (IOException e) {
      throw new AssertionError(path, e);
    }
  }

  private void scrape(ServiceProcess service, long end) {
    int scrapes = 0;
    for (long next = System.nanoTime(); next < end; next += TimeUnit.SECONDS.toNanos(1)) {
      boolean collected = scrapes++ % SCRAPES_A_COLLECTION == 0;
      if (collected) {
        service.collectGarbage();
      }
      String metrics = timed(service, "/metrics", "/metrics", false);
      memory.resident(service.resident());
      if (collected) {
        memory.heap(heap(metrics));
      }
      LockSupport.parkNanos(next + TimeUnit.SECONDS.toNanos(1) - System.nanoTime());
    }
  }

  private static double heap(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private void tell() {
    long events = seen.values().stream().mapToLong(List::size).sum();
    System.out.printf(
        "%.1f minutes: %d sweeps followed to their ends by %d streams, %d durable events each"
            + " seen whole; %d requests%n%n%s%n%s",
        MINUTES,
        seen.size(),
        streams.get(),
        events,
        latencies.count(),
        latencies.table(),
        memory.table());
  }
}
