package dev.sluice.harness.cli;

import dev.sluice.benchmarks.task.Task;
import dev.sluice.benchmarks.task.TaskLibrary;
import dev.sluice.harness.fetch.FileChoice;
import dev.sluice.harness.fetch.HubFiles;
import dev.sluice.harness.fetch.HubRepo;
import dev.sluice.harness.fetch.HubSettings;
import dev.sluice.harness.fetch.Pace;
import dev.sluice.harness.fetch.RepoType;
import dev.sluice.harness.progress.FetchDisplay;
import dev.sluice.harness.session.TaskFetch;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Downloads models, datasets and the data of tasks into the local hub cache. */
@Command(
    name = "fetch",
    description =
        "Download a model, a dataset or the data of tasks from the Hugging Face hub into its local"
            + " cache.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(model | dataset | task)")
final class FetchCommand {
  private final Console console;

  private FetchCommand(Console console) {
    this.console = console;
  }

  /** The command with its three kinds. */
  static CommandLine line(Console console) {
    FetchCommand fetch = new FetchCommand(console);
    CommandLine line = new CommandLine(fetch);
    line.addSubcommand("model", fetch.new Model());
    line.addSubcommand("dataset", fetch.new Dataset());
    line.addSubcommand("task", fetch.new OfTasks());
    return line;
  }

  /** What all kinds are asked. */
  static final class Asked {
    @Option(
        names = "--revision",
        paramLabel = "REV",
        description = "Branch, tag or commit (default: main).")
    private Optional<String> revision = Optional.empty();

    @Option(names = "--quiet", description = "Show no progress.")
    private boolean quiet;
  }

  /** The repository that is asked for. */
  static final class Id {
    @Parameters(paramLabel = "ID", description = "On the hub: org/name or org/name@revision.")
    private String id = "";
  }

  private int fetch(RepoType type, Id id, Asked asked, FileChoice choice)
      throws InterruptedException {
    HubRepo repo = HubRepo.of(type, id.id, asked.revision);
    HubSettings settings = HubSettings.from(console.environment());
    console.out().println(fetch(settings, asked, repo, choice));
    return ExitCode.DONE;
  }

  private Path fetch(HubSettings settings, Asked asked, HubRepo repo, FileChoice choice)
      throws InterruptedException {
    Thread hook = new Thread(this::stopped, "fetch-stopped");
    Runtime.getRuntime().addShutdownHook(hook);
    try (FetchDisplay display = display(asked.quiet, repo)) {
      return new HubFiles(settings, Pace.REAL, display).fetch(repo, choice);
    } finally {
      disarm(hook);
    }
  }

  private FetchDisplay display(boolean quiet, HubRepo repo) {
    return new FetchDisplay(
        console.err(),
        console.display(quiet),
        console.columns(),
        Clock.systemUTC(),
        repo.toString());
  }

  private void stopped() {
    console.err().println();
    console.err().println("sluice: stopped; the same command goes on from here");
    console.err().flush();
  }

  private static void disarm(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM goes down already and the hook has spoken; interrupting says so to any caller.
      Thread.currentThread().interrupt();
    }
  }

  /** Config, tokenizer and safetensors of a model. */
  @Command(
      name = "model",
      description = "Download a model: config, tokenizer and safetensors.",
      mixinStandardHelpOptions = true)
  private final class Model implements Callable<Integer> {
    @Mixin private final Id id = new Id();

    @Mixin private final Asked asked = new Asked();

    @Override
    public Integer call() throws InterruptedException {
      return fetch(RepoType.MODELS, id, asked, FileChoice.model());
    }
  }

  /** Files of a dataset. */
  @Command(
      name = "dataset",
      description = "Download the files of a dataset.",
      mixinStandardHelpOptions = true)
  private final class Dataset implements Callable<Integer> {
    @Mixin private final Id id = new Id();

    @Mixin private final Asked asked = new Asked();

    @Option(
        names = "--files",
        paramLabel = "GLOB",
        description = "Only these, such as 'data/validation-*.parquet' (default: all).")
    private String files = "**";

    @Override
    public Integer call() throws InterruptedException {
      return fetch(RepoType.DATASETS, id, asked, FileChoice.glob(files));
    }
  }

  /** The splits that tasks need. */
  @Command(
      name = "task",
      description = "Download what tasks, groups or presets are evaluated on, shots included.",
      mixinStandardHelpOptions = true)
  private final class OfTasks implements Callable<Integer> {
    @Parameters(
        paramLabel = "NAME",
        arity = "1..*",
        split = ",",
        description = "Tasks, groups and presets, such as arc_easy mmlu finercut.")
    private List<String> names = new ArrayList<>();

    @Option(
        names = "--task-file",
        paramLabel = "FILE",
        description = "A task of your own (YAML); its name can then be given.")
    private List<Path> files = new ArrayList<>();

    @Mixin private final Asked asked = new Asked();

    @Override
    public Integer call() throws InterruptedException {
      TaskLibrary library = TaskLibrary.shipped();
      for (Path file : files) {
        library = library.with(file);
      }
      Set<Task> tasks = new LinkedHashSet<>();
      for (String name : names) {
        library.find(name).forEach(run -> tasks.add(run.task()));
      }
      HubSettings settings = HubSettings.from(console.environment());
      for (TaskFetch data : TaskFetch.of(tasks)) {
        console
            .out()
            .println(
                data.with((repo, choice) -> fetch(settings, asked, repo, choice), asked.revision));
      }
      return ExitCode.DONE;
    }
  }
}
