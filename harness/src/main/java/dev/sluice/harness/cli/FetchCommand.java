package dev.sluice.harness.cli;

import dev.sluice.harness.fetch.FileChoice;
import dev.sluice.harness.fetch.HubFiles;
import dev.sluice.harness.fetch.HubRepo;
import dev.sluice.harness.fetch.HubSettings;
import dev.sluice.harness.fetch.Pace;
import dev.sluice.harness.fetch.RepoType;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Downloads models and datasets into the local hub cache. */
@Command(
    name = "fetch",
    description = "Download a model or a dataset from the Hugging Face hub into its local cache.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(model | dataset)")
final class FetchCommand {
  private final Console console;

  private FetchCommand(Console console) {
    this.console = console;
  }

  /** The command with its two kinds. */
  static CommandLine line(Console console) {
    FetchCommand fetch = new FetchCommand(console);
    CommandLine line = new CommandLine(fetch);
    line.addSubcommand("model", fetch.new Model());
    line.addSubcommand("dataset", fetch.new Dataset());
    return line;
  }

  /** What both kinds are asked. */
  static final class Asked {
    @Parameters(paramLabel = "ID", description = "On the hub: org/name or org/name@revision.")
    private String id = "";

    @Option(
        names = "--revision",
        paramLabel = "REV",
        description = "Branch, tag or commit (default: main).")
    private Optional<String> revision = Optional.empty();

    @Option(names = "--quiet", description = "Show no progress.")
    private boolean quiet;
  }

  private int fetch(RepoType type, Asked asked, FileChoice choice) throws InterruptedException {
    HubRepo repo = HubRepo.of(type, asked.id, asked.revision);
    HubSettings settings = HubSettings.from(console.environment());
    Thread hook = new Thread(this::stopped, "fetch-stopped");
    Runtime.getRuntime().addShutdownHook(hook);
    Path snapshot;
    try (FetchDisplay display = display(asked.quiet, repo)) {
      snapshot = new HubFiles(settings, Pace.REAL, display).fetch(repo, choice);
    } finally {
      disarm(hook);
    }
    console.out().println(snapshot);
    return ExitCode.DONE;
  }

  private FetchDisplay display(boolean quiet, HubRepo repo) {
    LiveDisplay.Mode shown = console.terminal() ? LiveDisplay.Mode.LIVE : LiveDisplay.Mode.PLAIN;
    return new FetchDisplay(
        console.err(),
        quiet ? LiveDisplay.Mode.QUIET : shown,
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
    @Mixin private final Asked asked = new Asked();

    @Override
    public Integer call() throws InterruptedException {
      return fetch(RepoType.MODELS, asked, FileChoice.model());
    }
  }

  /** Files of a dataset. */
  @Command(
      name = "dataset",
      description = "Download the files of a dataset.",
      mixinStandardHelpOptions = true)
  private final class Dataset implements Callable<Integer> {
    @Mixin private final Asked asked = new Asked();

    @Option(
        names = "--files",
        paramLabel = "GLOB",
        description = "Only these, such as 'data/validation-*.parquet' (default: all).")
    private String files = "**";

    @Override
    public Integer call() throws InterruptedException {
      return fetch(RepoType.DATASETS, asked, FileChoice.glob(files));
    }
  }
}
