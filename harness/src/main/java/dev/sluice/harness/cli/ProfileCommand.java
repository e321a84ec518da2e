package dev.sluice.harness.cli;

import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.benchmarks.task.TaskLibrary;
import dev.sluice.harness.depths.DepthFindings;
import dev.sluice.harness.depths.DepthJson;
import dev.sluice.harness.depths.DepthPage;
import dev.sluice.harness.depths.DepthText;
import dev.sluice.harness.plan.PlanKey;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.session.ProfileSession;
import dev.sluice.harness.session.TaskRequest;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** Compares the intact model's hidden states from depth to depth. */
@Command(
    name = "profile",
    description =
        "Compare the intact model's hidden states from depth to depth: what each block and sublayer"
            + " changes, and where a task's classes can be told apart.",
    mixinStandardHelpOptions = true)
final class ProfileCommand implements Callable<Integer> {
  private static final List<PlanKey> TEXT =
      List.of(
          PlanKey.CALIBRATION,
          PlanKey.CALIBRATION_FIELD,
          PlanKey.CALIBRATION_PRESET,
          PlanKey.SEQUENCES,
          PlanKey.LENGTH,
          PlanKey.SEED);

  private final Console console;
  private final Map<PlanKey, OptionSpec> text = new LinkedHashMap<>();

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "Task by whose right answers its questions are to be told apart.")
  private @Nullable String task;

  @Option(names = "--task-file", paramLabel = "FILE", description = "A task of your own (YAML).")
  private @Nullable Path taskFile;

  @Option(
      names = "--data",
      paramLabel = "PLACE",
      description =
          "The task's folder or file. Default: the Hugging Face cache, as 'sluice fetch task' fills"
              + " it.")
  private @Nullable String data;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Rows of the task, from the first, or a share of them such as 0.1.")
  private @Nullable String limit;

  @Option(
      names = "--taylor",
      description = "Take gradients as well, for the Taylor score of each sublayer.")
  private boolean taylor;

  @Mixin private final ComputeOptions compute = new ComputeOptions();

  @Option(names = "--json", description = "Print one JSON object; the same as --format json.")
  private boolean json;

  @Option(names = "--format", description = "One of ${COMPLETION-CANDIDATES}. Default: text.")
  private ReportCommand.@Nullable Format format;

  private ProfileCommand(Console console) {
    this.console = console;
  }

  /** The command with the options of a plan that say which text is read. */
  static CommandLine line(Console console) {
    ProfileCommand command = new ProfileCommand(console);
    CommandLine line = new CommandLine(command);
    for (PlanKey key : TEXT) {
      OptionSpec option = RunCommand.option(key);
      command.text.put(key, option);
      line.getCommandSpec().addOption(option);
    }
    return line;
  }

  @Override
  public Integer call() {
    ReportCommand.Format written = written();
    ProfileSession.Request request =
        new ProfileSession.Request(
            compute.choice(model.name()), calibration(), task(), taylor, compute.work());
    try (ProfileSession session = new ProfileSession(request, console.environment())) {
      print(session.run(), written);
    }
    return ExitCode.DONE;
  }

  private ReportCommand.Format written() {
    if (json && format != null && format != ReportCommand.Format.json) {
      throw new PrerequisiteException("--json and --format " + format + ": give one of them");
    }
    ReportCommand.Format asked = format == null ? ReportCommand.Format.text : format;
    return json ? ReportCommand.Format.json : asked;
  }

  private SweepPlan.Calibration calibration() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(PlanKey.MODEL.id(), model.name());
    text.forEach((key, option) -> {
      Object value = option.getValue();
      if (value != null) {
        values.put(key.id(), value.toString());
      }
    });
    return PlanReader.from(values).calibration();
  }

  private Optional<TaskRequest> task() {
    if (task == null && taskFile == null) {
      requireTask("--data", data);
      requireTask("--limit", limit);
      return Optional.empty();
    }
    List<Path> files = taskFile == null ? List.of() : List.of(taskFile);
    return Optional.of(
        new TaskRequest(
            List.of(only(files)),
            files,
            new TaskRequest.Places(data == null ? List.of() : List.of(data), List.of()),
            new TaskRequest.Asking(
                ScoringMode.LM_EVAL,
                OptionalInt.of(0),
                Optional.ofNullable(limit).map(ItemSource.Limit::parse),
                OnBadRow.FAIL)));
  }

  private static void requireTask(String option, @Nullable String value) {
    if (value != null) {
      throw new PrerequisiteException(
          option + " " + value + ": of which task? Name it with --task or --task-file");
    }
  }

  /** The one task that is named, or the only one of its file. */
  private String only(List<Path> files) {
    List<Task> tasks = task == null ? TaskLibrary.load(files.getFirst()) : named(task, files);
    if (tasks.size() != 1) {
      throw new PrerequisiteException(
          "%s stands for %d tasks: name one of them with --task, such as %s"
              .formatted(
                  task == null ? files.getFirst() : "task " + task,
                  tasks.size(),
                  tasks.getFirst().name()));
    }
    return tasks.getFirst().name();
  }

  private static List<Task> named(String name, List<Path> files) {
    TaskLibrary library = TaskLibrary.shipped();
    for (Path file : files) {
      library = library.with(file);
    }
    return library.find(name).stream().map(TaskLibrary.Run::task).toList();
  }

  private void print(DepthFindings found, ReportCommand.Format written) {
    console
        .out()
        .print(
            switch (written) {
              case text -> DepthText.of(found);
              case json -> DepthJson.of(found).toPrettyString() + "\n";
              case html -> DepthPage.of(found);
            });
    console.out().flush();
  }
}
