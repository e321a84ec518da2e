import com.sun.management.OperatingSystemMXBean;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.session.SweepSession;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.telemetry.SweepTelemetry;
import dev.sluice.harness.telemetry.Telemetry;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import reactor.core.publisher.Hooks;

/**
 * What telemetry costs a sweep: the demo's sweep with and without it, in turns in one process, which
 * of a pair goes first by chance.
 *
 * <p>Arguments: pairs (20), share of sublayers to cut (0.5), seconds between the scrapes that are rendered
 * during a sweep with telemetry (15, which is more often than Prometheus asks by default). Processor time of the whole process stands
 * beside the time that passed, as other work on the machine disturbs it less.
 */
final class PairedSweeps {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json",
          "calibration.txt");

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Until then memory is touched for the first time, which takes longer than what is measured. */
  private static final int WARM_UPS = 8;

  private final Path folder;
  private final String until;
  private final long interval;
  private final Telemetry telemetry = new Telemetry(Clock.systemUTC(), "benchmark");
  private int runs;

  /** Seconds of one sweep: that passed, and of the processor. */
  private record Took(double wall, double processor) {}

  private PairedSweeps(Path folder, String until, long interval) {
    this.folder = folder;
    this.until = until;
    this.interval = interval;
  }

  public static void main(String[] arguments) throws IOException {
    int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    String until = arguments.length > 1 ? arguments[1] : "0.5";
    long interval = arguments.length > 2 ? Long.parseLong(arguments[2]) : 15;
    Path folder = Files.createTempDirectory("paired-sweeps");
    try {
      new PairedSweeps(folder, until, interval).measure(pairs);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void measure(int pairs) throws IOException {
    unpack();
    for (int i = 0; i < WARM_UPS; i++) {
      took(true);
      took(false);
    }
    Random order = new Random(1);
    List<Double> wall = new ArrayList<>();
    List<Double> processor = new ArrayList<>();
    for (int i = 1; i <= pairs; i++) {
      boolean watchedFirst = order.nextBoolean();
      Took first = took(watchedFirst);
      Took second = took(!watchedFirst);
      Took watched = watchedFirst ? first : second;
      Took bare = watchedFirst ? second : first;
      wall.add(watched.wall / bare.wall);
      processor.add(watched.processor / bare.processor);
      System.out.printf(
          "%2d  passed %.3f s with, %.3f s without; processor %.3f s with, %.3f s without%n",
          i, watched.wall, bare.wall, watched.processor, bare.processor);
    }
    print("time that passed", wall);
    print("processor time", processor);
    System.out.printf("last scrape %d bytes%n", telemetry.scrape("text/plain").body().length);
  }

  private static void print(String what, List<Double> ratios) {
    Collections.sort(ratios);
    double[] interval = medians(ratios, new Random(2));
    System.out.printf(
        "%s: median ratio %.4f, 95 %% interval %.4f to %.4f (bootstrap over %d pairs)%n",
        what, median(ratios), interval[0], interval[1], ratios.size());
  }

  private void unpack() throws IOException {
    for (String file : FILES) {
      try (InputStream in = Telemetry.class.getResourceAsStream("/demo/" + file)) {
        Files.copy(in, folder.resolve(file));
      }
    }
  }

  private Took took(boolean watched) {
    SweepPlan plan =
        PlanReader.from(
            Map.of(
                "name", "run-" + runs++,
                "model", folder.toString(),
                "calibration", folder.resolve("calibration.txt").toString(),
                "measure", "ag",
                "until", until));
    if (watched) {
      Hooks.enableAutomaticContextPropagation();
      return watched(plan);
    }
    Hooks.disableAutomaticContextPropagation();
    return run(plan, Instruments.NONE, List.of());
  }

  private Took watched(SweepPlan plan) {
    try (ScheduledExecutorService prometheus = Executors.newSingleThreadScheduledExecutor();
        SweepTelemetry sweep = telemetry.sweep(plan)) {
      prometheus.scheduleAtFixedRate(() -> telemetry.scrape("text/plain"), interval, interval, TimeUnit.SECONDS);
      Took took = run(plan, sweep.instruments(), List.of(sweep));
      prometheus.shutdownNow();
      return took;
    }
  }

  /** The sweep alone: opening the model is the same with and without. */
  private Took run(SweepPlan plan, Instruments instruments, List<SweepListener> listeners) {
    JournalFolder journals = new JournalFolder(folder.resolve("journal"));
    try (Journal journal = journals.open(plan.name());
        SweepSession session =
            SweepSession.open(plan, journals, Map.of(), instruments)) {
      Sweep sweep = session.sweep(journal, listeners);
      long processor = PROCESS.getProcessCpuTime();
      long begun = System.nanoTime();
      sweep.run(() -> false);
      return new Took(
          (System.nanoTime() - begun) / 1e9, (PROCESS.getProcessCpuTime() - processor) / 1e9);
    }
  }

  private static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The 2.5th and the 97.5th percentile of the medians of 10,000 resamples. */
  private static double[] medians(List<Double> ratios, Random random) {
    List<Double> medians = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      List<Double> drawn = new ArrayList<>();
      ratios.forEach(r -> drawn.add(ratios.get(random.nextInt(ratios.size()))));
      Collections.sort(drawn);
      medians.add(median(drawn));
    }
    Collections.sort(medians);
    return new double[] {medians.get(250), medians.get(9_750)};
  }
}
