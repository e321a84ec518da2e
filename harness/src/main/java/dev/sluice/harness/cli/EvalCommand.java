package dev.sluice.harness.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.comparison.Comparer;
import dev.sluice.harness.comparison.Comparison;
import dev.sluice.harness.comparison.ComparisonJson;
import dev.sluice.harness.comparison.ComparisonText;
import dev.sluice.harness.progress.EvalProgress;
import dev.sluice.harness.session.EvalSession;
import dev.sluice.harness.session.TaskRequest;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts benchmark tasks to variants of one model. */
@Command(
    name = "eval",
    description = "Score variants of a model on benchmark tasks, as lm-evaluation-harness does.",
    mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PLAN",
      description = "File (YAML) with these options as keys; those on the line win.")
  private @Nullable Path plan;

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--variants",
      paramLabel = "LIST",
      description =
          "intact, SWEEP@0.25, SWEEP@all, cut:3.ffn;9.attention, mask:FILE, mask:FILE@0.25, random:0.25:seed=7,"
              + " reverse:0.25, with commas; a file's name has none"
              + " between; NAME=... names one. Default: ${DEFAULT-VALUE}.")
  private String variants = "intact";

  @Option(
      names = "--tasks",
      paramLabel = "LIST",
      description =
          "Tasks, groups and presets by name, such as finercut,wikitext, or task files, *.yaml.")
  private String tasks = "";

  @Option(
      names = "--task-file",
      paramLabel = "FILE",
      description = "A task of your own (YAML); its name can then stand in --tasks.")
  private List<Path> taskFiles = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "[TASK=]PLACE",
      description =
          "Folder with the data, or a task's own folder or file; may be repeated. Default: the"
              + " Hugging Face cache, as 'sluice fetch task' fills it.")
  private List<String> data = new ArrayList<>();

  @Option(
      names = "--shots-data",
      paramLabel = "TASK=PLACE",
      description = "Where a task's shots come from, if not from --data. May be repeated.")
  private List<String> shotsData = new ArrayList<>();

  @Option(names = "--shots", paramLabel = "N", description = "Worked examples in each prompt.")
  private @Nullable Integer shots;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Rows of each task, from the first, or a share of them such as 0.1, or places from 0 with a"
              + " colon: 200: skips 200 rows, 200:300 asks the next 100; of a corpus its windows.")
  private @Nullable String limit;

  @Option(
      names = "--mode",
      paramLabel = "lm-eval|clean",
      description =
          "Whose texts: lm-evaluation-harness's, slips included, or what was meant. Default:"
              + " ${DEFAULT-VALUE}.")
  private String mode = "lm-eval";

  @Option(
      names = "--on-bad-row",
      paramLabel = "fail|skip",
      description = "What a row does that cannot be used. Default: ${DEFAULT-VALUE}.")
  private String onBadRow = "fail";

  @Mixin private final ComputeOptions compute = new ComputeOptions();

  @Mixin private final JournalOption journal = new JournalOption();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Under which the result is kept for 'sluice compare'. Default: the model folder's name and"
              + " -eval.")
  private @Nullable String name;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Write lm-evaluation-harness's results_*.json and samples_*.jsonl there, a folder for each"
              + " variant.")
  private @Nullable Path output;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress on stderr.")
  private boolean quiet;

  EvalCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return plan == null || spec == null
        ? evaluate()
        : OptionFile.filled(plan, spec, new EvalCommand(console)).evaluate();
  }

  private int evaluate() {
    if (tasks.isBlank()) {
      throw new PrerequisiteException("--tasks is missing: name tasks, groups or presets");
    }
    EvalSession.Request request =
        new EvalSession.Request(
            compute.choice(model.name()),
            variants,
            taskRequest(),
            compute.work(),
            new EvalSession.Kept(Optional.ofNullable(name), Optional.ofNullable(output)));
    String again = "The same command goes on: what was answered is not computed again.";
    try (Interrupt interrupt = Interrupt.install(console.err(), again);
        EvalSession session =
            new EvalSession(request, console.journals(journal.folder()), console.environment())) {
      Optional<EvalSession.Ended> ended = run(session, interrupt);
      if (ended.isEmpty()) {
        console.err().println("sluice: stopped. " + again);
        return ExitCode.INTERRUPTED;
      }
      print(ended.get());
      return ExitCode.DONE;
    }
  }

  private Optional<EvalSession.Ended> run(EvalSession session, Interrupt interrupt) {
    try (EvalProgress progress = new EvalProgress(console.err(), console.display(quiet))) {
      return session.run(List.of(progress), interrupt::requested);
    }
  }

  private TaskRequest taskRequest() {
    return new TaskRequest(
        Arrays.stream(tasks.split(",", -1)).map(String::strip).toList(),
        taskFiles,
        new TaskRequest.Places(data, shotsData),
        new TaskRequest.Asking(
            one("--mode", mode, ScoringMode.values(), ScoringMode::id),
            shots == null ? OptionalInt.empty() : OptionalInt.of(shots),
            Optional.ofNullable(limit).map(ItemSource.Limit::parse),
            one(
                "--on-bad-row",
                onBadRow,
                OnBadRow.values(),
                p -> p.name().toLowerCase(Locale.ROOT))));
  }

  private static <T> T one(String option, String text, T[] values, Function<T, String> name) {
    return Arrays.stream(values)
        .filter(v -> name.apply(v).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new PrerequisiteException(
                option
                    + " '"
                    + text
                    + "': write "
                    + String.join(" or ", Arrays.stream(values).map(name).toList())));
  }

  private void print(EvalSession.Ended ended) {
    Comparison comparison =
        Comparer.compare(
            List.of(new Comparer.Choice(ended.evaluation(), Optional.empty())),
            new Comparer.Scope(Comparer.Pairs.BASELINE, 0));
    TaskResults.Cost cost = ended.cost();
    if (json) {
      ObjectNode node = ComparisonJson.of(comparison);
      node.putObject("cost")
          .put("seconds", cost.seconds())
          .put("tokensAsked", cost.tokensAsked())
          .put("tokensComputed", cost.tokensComputed());
      console.out().println(node.toPrettyString());
    } else {
      console.out().print(ComparisonText.of(comparison));
      console
          .out()
          .printf(
              Locale.ROOT,
              "tokens       %,d computed; request by request %,d%ntime         %.1f s%n",
              cost.tokensComputed(),
              cost.tokensAsked(),
              cost.seconds());
    }
  }
}
