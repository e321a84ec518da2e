package dev.sluice.harness.tasks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.answers.Answers;
import dev.sluice.harness.answers.ItemEncoder.Asked;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Results and samples in the files of lm-evaluation-harness, so that its viewers read them and a join
 * on {@code doc_id} compares them with its own: a folder for each variant, in it {@code
 * results_TIME.json} and {@code samples_TASK_TIME.jsonl}.
 *
 * <p>Fields that only a Python process has (package versions, its environment) are left out. Used by
 * one thread at a time.
 */
public final class LmEvalFiles implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final String model;
  private final Map<String, Variant> variants;
  private final Instant start;
  private final Map<Path, BufferedWriter> samples = new LinkedHashMap<>();
  private final Map<Path, StringBuilder> hashes = new LinkedHashMap<>();

  /**
   * @param model as the user named it
   * @param variants by name
   */
  public LmEvalFiles(Path folder, String model, Map<String, Variant> variants, Instant start) {
    this.folder = folder;
    this.model = model;
    this.variants = new LinkedHashMap<>(variants);
    this.start = start;
  }

  private Path of(String variant) {
    String name = model + "__" + variant;
    return folder.resolve(name.replace('/', '_').replaceAll("[^A-Za-z0-9._@=-]", "_"));
  }

  private Path samplesOf(String variant, String task) {
    return of(variant).resolve("samples_" + task + "_" + TIME.format(start) + ".jsonl");
  }

  /** Write one item's line for every variant. */
  public void add(Answers<Asked> answers) {
    variants.forEach((name, variant) -> {
      Path file = samplesOf(name, answers.item().task().name());
      long scored = answers.scored().stream().mapToLong(Integer::longValue).sum();
      LmEvalSample sample = new LmEvalSample(answers.item(), answers.of(variant), scored);
      hashes.computeIfAbsent(file, f -> new StringBuilder()).append(sample.hashes());
      try {
        BufferedWriter writer = samples.get(file);
        if (writer == null) {
          Files.createDirectories(of(name));
          writer = Files.newBufferedWriter(file);
          samples.put(file, writer);
        }
        writer.write(JSON.writeValueAsString(sample.json()));
        writer.write('\n');
      } catch (IOException e) {
        throw unwritable(e);
      }
    });
  }

  private PrerequisiteException unwritable(IOException e) {
    return new PrerequisiteException(
        "results cannot be written to " + folder + " (" + e + "): choose another --output", e);
  }

  /**
   * Write the results of every variant.
   *
   * @param sources the tasks that were asked, in their order
   */
  public void finish(TaskResults results, List<TaskEvaluation.Source> sources) {
    try {
      for (String variant : variants.keySet()) {
        Files.createDirectories(of(variant));
        Path file = of(variant).resolve("results_" + TIME.format(start) + ".json");
        JSON.writerWithDefaultPrettyPrinter()
            .writeValue(file.toFile(), json(results, sources, variant));
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private ObjectNode json(
      TaskResults results, List<TaskEvaluation.Source> sources, String variant) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    LmEvalGroups groups = new LmEvalGroups(sources, results.tasks());
    for (TaskResults.OfTask task : results.tasks()) {
      TaskResults.OfVariant found = task.variants().get(variant);
      if (found == null || found.scores().isEmpty()) {
        continue;
      }
      describe(json, task, found);
      if (groups.isGroup(task.task())) {
        groups.add(task.task(), json.withObject("/results").withObject(task.task()), found);
      } else {
        json.withObject("/n-samples")
            .putObject(task.task())
            .put("original", original(sources, task))
            .put("effective", documents(found));
      }
      StringBuilder all = hashes.get(samplesOf(variant, task.task()));
      if (all != null) {
        json.withObject("/task_hashes").put(task.task(), LmEvalSample.sha256(all.toString()));
      }
    }
    groups.write(json);
    ObjectNode configs = json.putObject("configs");
    sources.forEach(s -> configs.set(s.task().name(), new LmEvalConfig(s).json()));
    json.set("config", config(results, variant));
    return json.put("date", start.toEpochMilli() / 1000.0)
        .put("model_source", "sluice")
        .put("model_name", model + "__" + variant)
        .put("total_evaluation_time_seconds", Double.toString(results.cost().seconds()));
  }

  private ObjectNode config(TaskResults results, String variant) {
    ObjectNode config = JsonNodeFactory.instance.objectNode().put("model", "sluice");
    config.put("bootstrap_iters", PerplexityBootstrap.ITERATIONS);
    config.put("fewshot_seed", ItemSource.Options.SEED);
    results.provenance().forEach(config::put);
    Variant cut = variants.get(variant);
    if (cut != null) {
      config.put("variant", variant).put("cut", cut.toString());
    }
    return config;
  }

  private static void describe(
      ObjectNode json, TaskResults.OfTask task, TaskResults.OfVariant found) {
    String name = task.task();
    json.withObject("/results").set(name, scores(name, found));
    version(json.withObject("/versions"), task);
    json.withObject("/n-shot").put(name, task.shots());
    ObjectNode better = json.withObject("/higher_is_better").putObject(name);
    found.scores().forEach(s -> better.put(s.metric().id(), s.metric().higherIsBetter()));
  }

  private static long documents(TaskResults.OfVariant found) {
    return found.scores().getFirst().documents();
  }

  /** All rows of the split; where there is a limit, as many as the task file says. */
  private static long original(List<TaskEvaluation.Source> sources, TaskResults.OfTask task) {
    long evaluated = documents(task.variants().values().iterator().next());
    return sources.stream()
        .filter(
            s -> s.task().name().equals(task.task()) && s.task().request() != RequestKind.CORPUS)
        .filter(s -> !s.items().limit().equals(ItemSource.Limit.NONE))
        .mapToLong(s -> s.task().source().rows())
        .reduce(evaluated, Math::max);
  }

  /** A number where it is one, as in that program's files. */
  private static void version(ObjectNode versions, TaskResults.OfTask task) {
    if (task.version().matches("[0-9]+([.][0-9]+)?")) {
      versions.put(task.task(), Double.parseDouble(task.version()));
    } else {
      versions.put(task.task(), task.version());
    }
  }

  private static ObjectNode scores(String task, TaskResults.OfVariant found) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("alias", task).put("name", task);
    node.put("sample_len", found.scores().getFirst().documents());
    for (TaskScore score : found.scores()) {
      node.put(score.metric().id() + ",none", score.value());
      String error = score.metric().id() + "_stderr,none";
      if (score.standardError().isPresent()) {
        node.put(error, score.standardError().getAsDouble());
      } else {
        node.put(error, "N/A");
      }
    }
    return node;
  }

  @Override
  public void close() {
    IOException failure = null;
    for (BufferedWriter writer : samples.values()) {
      try {
        writer.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw new UncheckedIOException(failure);
    }
  }
}
