package dev.sluice.harness.cli;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.model.WeightsDigest;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells what a checkpoint is and what each of its sublayers weighs. */
@Command(
    name = "inspect",
    description = "Show a checkpoint's architecture, its sublayers' shares and its digest.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Checkpoint folder, or a hub id in the local cache.")
  private String model = "";

  @Option(names = "--journal", paramLabel = "DIR", description = "Folder that caches digests.")
  private @Nullable Path journal;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Checkpoint checkpoint = Checkpoint.open(HubCache.find(model, console.environment()))) {
      String digest = WeightsDigest.of(checkpoint, console.journals(journal).digestCache());
      architecture(checkpoint.config(), checkpoint.layout());
      sublayers(checkpoint.config(), checkpoint.layout());
      console.out().println("weights digest     sha256:" + digest);
    }
    return ExitCode.DONE;
  }

  private void architecture(ModelConfig c, WeightLayout layout) {
    PrintStream out = console.out();
    out.printf("family             %s%n", c.family());
    out.printf("parameters         %,d, stored as %s%n", layout.parameters(), c.storedDtype().id());
    out.printf("blocks             %d = %d sublayers%n", c.blocks(), c.sublayers());
    out.printf("hidden size        %d, FFN %d, %s%n", c.hidden(), c.intermediate(), c.activation());
    out.printf(
        "attention          %d heads of %d, %d for keys and values%s%s%n",
        c.heads(), c.headSize(), c.kvHeads(), c.qkvBias() ? ", biases" : "", window(c));
    out.printf("positions          base %s, %s%n", c.ropeBase(), c.ropeScaling());
    out.printf(
        "vocabulary         %d, head %s%n", c.vocabulary(), c.tiedHead() ? "tied" : "untied");
    out.printf("context            %d tokens%n", c.context());
  }

  private static String window(ModelConfig c) {
    long sliding = c.windows().stream().filter(OptionalInt::isPresent).count();
    return sliding == 0 ? "" : ", window in " + sliding + " blocks";
  }

  private void sublayers(ModelConfig config, WeightLayout layout) {
    console.out().printf("%n%-16s %14s %9s%n", "sublayer", "parameters", "share");
    for (Sublayer sublayer : config.sublayerList()) {
      long parameters = layout.parameters(sublayer);
      console
          .out()
          .printf(
              "%-16s %,14d %8.2f%%%n",
              sublayer, parameters, 100.0 * parameters / layout.parameters());
    }
    console.out().println();
  }
}
