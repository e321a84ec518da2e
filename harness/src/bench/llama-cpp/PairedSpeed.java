import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.gguf.GgufExporter;
import dev.sluice.harness.export.gguf.LlamaCpp;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * How fast exported variants are in llama.cpp against the intact model: all in one process, in turns, in
 * a new order each round.
 *
 * <p>Arguments: a folder for files, the model's folder or "made" (24 blocks with random weights), rounds,
 * tokens of the prompt, generated tokens, then variants. One thread computes, so that its processor time
 * is what the work takes, whatever else the machine does.
 */
final class PairedSpeed {
  private static final int WARM_UPS = 2;

  /** 170 million parameters, 340 MB in float16. */
  private static final TinySpec MADE =
      new TinySpec("llama", 24, 768, 12, 12, 64, 2048, 4096, true, false, Dtype.FLOAT16, 8, 1);

  private final int prompt;
  private final int generated;
  private final Random random = new Random(1);

  private PairedSpeed(int prompt, int generated) {
    this.prompt = prompt;
    this.generated = generated;
  }

  /** Seconds: that passed, and of the processor. */
  private record Took(double wall, double processor) {}

  /** One variant in llama.cpp and what it took, round by round. */
  private record Runner(
      String name,
      double weights,
      double bytes,
      LlamaCpp.LlamaContext context,
      int vocabulary,
      List<Took> prompts,
      List<Took> generations) {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Path model = arguments[1].equals("made") ? made(folder) : Path.of(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    PairedSpeed speed =
        new PairedSpeed(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
    LlamaCpp llama = LlamaCpp.find().orElseThrow();
    List<Runner> runners = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      runners.add(speed.runner(llama, checkpoint, "intact", folder));
      for (String variant : Arrays.copyOfRange(arguments, 5, arguments.length)) {
        runners.add(speed.runner(llama, checkpoint, variant, folder));
      }
    }
    for (int round = -WARM_UPS; round < rounds; round++) {
      speed.round(runners, round >= 0);
    }
    speed.print(runners);
  }

  private static Path made(Path folder) {
    Path model = folder.resolve("made");
    return Files.exists(model.resolve("config.json"))
        ? model
        : TinyCheckpoints.write(model, MADE);
  }

  private Runner runner(LlamaCpp llama, Checkpoint checkpoint, String name, Path folder)
      throws IOException {
    Variant variant = Variant.parse(name);
    Path target = Files.createTempDirectory(folder, "gguf");
    new GgufExporter()
        .write(
            new Export(checkpoint, variant, name, Optional.of(Dtype.FLOAT16), Long.MAX_VALUE),
            target);
    Path file = target.resolve(GgufExporter.FILE);
    long cut =
        variant.cuts().stream().mapToLong(s -> checkpoint.layout().parameters(s)).sum();
    LlamaCpp.LlamaModel model = llama.load(file);
    Runner runner =
        new Runner(
            name,
            1 - (double) cut / checkpoint.layout().parameters(),
            Files.size(file),
            model.context(prompt + generated, 1, false),
            model.vocabulary(),
            new ArrayList<>(),
            new ArrayList<>());
    file.toFile().deleteOnExit();
    target.toFile().deleteOnExit();
    return runner;
  }

  private void round(List<Runner> runners, boolean counts) {
    List<Runner> order = new ArrayList<>(runners);
    Collections.shuffle(order, random);
    int[] tokens = random.ints(prompt + generated, 0, runners.getFirst().vocabulary()).toArray();
    for (Runner runner : order) {
      runner.context().clear();
      Took first =
          time(() -> runner.context().decode(Arrays.copyOf(tokens, prompt), false));
      Took then =
          time(() -> {
            for (int i = prompt; i < tokens.length; i++) {
              runner.context().decode(new int[] {tokens[i]}, false);
            }
          });
      if (counts) {
        runner.prompts().add(first);
        runner.generations().add(then);
      }
    }
  }

  private static Took time(Runnable work) {
    long wall = System.nanoTime();
    long processor = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    return new Took(
        (System.nanoTime() - wall) * 1e-9,
        (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processor) * 1e-9);
  }

  private void print(List<Runner> runners) {
    Runner intact = runners.getFirst();
    System.out.println(
        "variant | weights left | file | prompt tokens/s | prompt: time over the intact one's, by the clock"
            + " | by the processor | generated tokens/s | the same two for generation");
    for (Runner runner : runners) {
      System.out.printf(
          "%s | %.3f | %.3f | %.1f | %s | %s | %.1f | %s | %s%n",
          runner.name(),
          runner.weights(),
          runner.bytes() / intact.bytes(),
          prompt / median(runner.prompts().stream().map(Took::processor).toList()),
          ratio(runner.prompts(), intact.prompts(), Took::wall),
          ratio(runner.prompts(), intact.prompts(), Took::processor),
          generated / median(runner.generations().stream().map(Took::processor).toList()),
          ratio(runner.generations(), intact.generations(), Took::wall),
          ratio(runner.generations(), intact.generations(), Took::processor));
    }
  }

  /** The median of the rounds' ratios, with a 95 % bootstrap interval over rounds. */
  private String ratio(List<Took> variant, List<Took> intact, ToDoubleFunction<Took> part) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < variant.size(); i++) {
      ratios.add(part.applyAsDouble(variant.get(i)) / part.applyAsDouble(intact.get(i)));
    }
    List<Double> medians = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      List<Double> drawn = new ArrayList<>();
      for (int j = 0; j < ratios.size(); j++) {
        drawn.add(ratios.get(random.nextInt(ratios.size())));
      }
      medians.add(median(drawn));
    }
    Collections.sort(medians);
    return "%.3f (%.3f to %.3f)"
        .formatted(median(ratios), medians.get(50), medians.get(1949));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }
}
