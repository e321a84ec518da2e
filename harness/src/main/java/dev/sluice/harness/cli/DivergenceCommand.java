package dev.sluice.harness.cli;

import dev.sluice.harness.divergence.DivergenceJson;
import dev.sluice.harness.divergence.DivergenceRequest;
import dev.sluice.harness.divergence.DivergenceRun;
import dev.sluice.harness.divergence.DivergenceText;
import dev.sluice.scorers.divergence.DivergenceSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares a variant's predictions of a text with the intact model's, as llama.cpp does. */
@Command(
    name = "divergence",
    description =
        "Compare a variant's predictions of a text with the intact model's: llama.cpp's"
            + " --kl-divergence, in its numbers and its words.",
    mixinStandardHelpOptions = true)
final class DivergenceCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "MODEL",
      description = "Checkpoint folder, or a hub id in the local cache.")
  private String model = "";

  @Option(names = "--text", paramLabel = "FILE", description = "The text: plain, UTF-8.")
  private @Nullable Path text;

  @Option(
      names = "--cut",
      paramLabel = "SUBLAYERS",
      description = "Sublayers to cut, such as 0.attention,1.ffn.")
  private @Nullable String cut;

  @Option(
      names = "--sweep",
      paramLabel = "NAME@SHARE",
      description = "A sweep's cuts up to a share of sublayers; any other variant as of eval, too.")
  private @Nullable String sweep;

  @Option(
      names = {"-c", "--context"},
      paramLabel = "N",
      description = "Tokens of a chunk. Default: ${DEFAULT-VALUE}; with --base the file's.")
  private int context = 512;

  @Option(names = "--chunks", paramLabel = "N", description = "Only the first chunks.")
  private @Nullable Integer chunks;

  @Option(
      names = "--save-base",
      paramLabel = "FILE",
      description = "Write llama.cpp's file of log-probabilities, instead of a comparison.")
  private @Nullable Path saved;

  @Option(
      names = "--base",
      paramLabel = "FILE",
      description = "Compare with such a file instead of the intact model.")
  private @Nullable Path base;

  @Mixin private final ComputeOptions compute = new ComputeOptions();

  @Mixin private final JournalOption journal = new JournalOption();

  @Option(names = "--json", description = "Print one JSON object with all numbers.")
  private boolean json;

  DivergenceCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    DivergenceRequest request =
        new DivergenceRequest(
            compute.choice(model),
            compute.work(),
            new DivergenceRequest.Text(
                Optional.ofNullable(text),
                context,
                chunks == null ? OptionalInt.empty() : OptionalInt.of(chunks)),
            new DivergenceRequest.Changed(Optional.ofNullable(cut), Optional.ofNullable(sweep)),
            Optional.ofNullable(base),
            Optional.ofNullable(saved));
    try (DivergenceRun run =
        new DivergenceRun(request, console.journals(journal.folder()), console.environment())) {
      print(run.run(this::print));
    }
    return ExitCode.DONE;
  }

  /** After each chunk. */
  private void print(List<DivergenceSummary> running) {
    if (!json) {
      int chunk = running.size();
      DivergenceSummary now = running.getLast();
      console
          .out()
          .print(
              saved == null
                  ? DivergenceText.chunk(chunk, now)
                  : DivergenceText.perplexity(chunk, now));
      console.out().flush();
    }
  }

  private void print(DivergenceRun.Found found) {
    if (json) {
      console.out().println(DivergenceJson.of(found).toPrettyString());
    } else if (found.saved()) {
      console.out().print(DivergenceText.finalPerplexity(found.running().getLast()));
    } else {
      console.out().print(DivergenceText.statistics(found.tally()));
    }
  }
}
