package dev.sluice.harness.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the service at any moment: all jobs are finished by the next ones, with the numbers of an
 * undisturbed run. {@code -Dsluice.kills=20} is the long form; docs/benchmarks/soak.md has its results.
 */
@Timeout(900)
class ServeAfterKillTest {
  private static final int KILLS = Integer.getInteger("sluice.kills", 4);
  private static final int BLOCKS = 6;
  private static final int MOST_TRIALS = 20;
  private static final int MOST_NANOS = 30_000_000;
  private static final List<String> MEASURES = List.of("ag", "kl", "angular");
  private static final List<String> FINDINGS =
      List.of("order", "candidates", "finished", "digests");

  @TempDir Path folder;

  private final long seed = Long.getLong("sluice.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @BeforeEach
  void makeModel() throws IOException {
    TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.llama().withBlocks(BLOCKS));
    Files.writeString(
        folder.resolve("text.txt"), "the river runs through a gate of stone\n".repeat(20));
  }

  @Test
  void killedAtRandomMomentsAllJobsEndTheSame() throws IOException {
    Map<String, JsonNode> undisturbed;
    try (ServiceProcess service = serve("undisturbed")) {
      submit(service);
      undisturbed = findings(service);
    }
    boolean inVain = false;
    for (int kill = 0; kill < KILLS; kill++) {
      try (ServiceProcess service = serve("killed")) {
        if (kill == 0) {
          submit(service);
        }
        inVain = !killAfter(service, inVain ? 1 : 0);
      }
    }
    try (ServiceProcess service = serve("killed")) {
      assertThat(findings(service)).as("seed %d, %d kills", seed, KILLS).isEqualTo(undisturbed);
    }
  }

  private ServiceProcess serve(String journal) throws IOException {
    return ServiceProcess.start(
        folder,
        "--journal",
        folder.resolve(journal).toString(),
        "--models",
        folder.toString(),
        "--data",
        folder.toString());
  }

  private static void submit(ServiceProcess service) throws IOException {
    for (String measure : MEASURES) {
      service.submitSweep(plan(measure));
    }
  }

  private static Map<String, String> plan(String measure) {
    Map<String, String> plan = new LinkedHashMap<>();
    plan.put("name", measure);
    plan.put("model", "model");
    plan.put("calibration", "text.txt");
    plan.put("calibration-preset", "first");
    plan.put("sequences", "4");
    plan.put("length", "64");
    plan.put("threads", "1");
    plan.put("measure", measure);
    plan.put("until", "1");
    plan.put("slice", "2");
    return plan;
  }

  /**
   * Wait for some trials, or for the end of all jobs, then spin a little, and kill.
   *
   * @param least trials to wait for: a job that ends its process three times without any has failed
   * @return whether there was a new trial
   */
  private boolean killAfter(ServiceProcess service, int least) throws IOException {
    long before = trials(service);
    long trials = before + least + random.nextInt(MOST_TRIALS);
    while (trials(service) < trials && unfinished(service)) {
      Thread.onSpinWait();
    }
    long until = System.nanoTime() + random.nextInt(MOST_NANOS);
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(service.isAlive()).as("seed %d: alive\n%s", seed, service.errors()).isTrue();
    boolean moved = trials(service) > before;
    service.kill();
    return moved;
  }

  private static long trials(ServiceProcess service) throws IOException {
    long trials = 0;
    for (JsonNode sweep : service.json("/api/v1/sweeps").get("sweeps")) {
      trials += sweep.path("trials").asLong();
    }
    return trials;
  }

  private static boolean unfinished(ServiceProcess service) throws IOException {
    for (JsonNode job : service.jobs()) {
      if (!job.get("state").asText().equals("done")) {
        return true;
      }
    }
    return false;
  }

  /** What every job found, when all are done. */
  private Map<String, JsonNode> findings(ServiceProcess service) throws IOException {
    while (unfinished(service)) {
      for (JsonNode job : service.jobs()) {
        assertThat(job.get("state").asText())
            .as("seed %d: %s", seed, job)
            .isIn("queued", "running", "done");
      }
    }
    Map<String, JsonNode> findings = new LinkedHashMap<>();
    for (String measure : MEASURES) {
      JsonNode report = service.json("/api/v1/sweeps/" + measure + "/report?format=json");
      for (String part : FINDINGS) {
        assertThat(report.get(part)).as(part).isNotNull();
        findings.put(measure + " " + part, report.get(part));
      }
    }
    return findings;
  }
}
