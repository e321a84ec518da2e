package dev.sluice.harness.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.report.JsonFragments;
import java.io.PrintStream;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what a checkpoint is and what each of its sublayers weighs. */
@Command(
    name = "inspect",
    description = "Show a checkpoint's architecture, its sublayers' shares and its digest.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final ModelOption model = new ModelOption();

  @Mixin private final JournalOption journal = new JournalOption();

  @Option(
      names = "--json",
      description = "Print one JSON object: architecture, sublayers with parameters, digest.")
  private boolean json;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Checkpoint checkpoint =
        Checkpoint.open(HubCache.find(model.name(), console.environment()))) {
      String digest =
          WeightsDigest.of(checkpoint, console.journals(journal.folder()).digestCache());
      if (json) {
        console.out().println(asJson(checkpoint.config(), checkpoint.layout(), digest));
      } else {
        architecture(checkpoint.config(), checkpoint.layout());
        sublayers(checkpoint.config(), checkpoint.layout());
        console.out().println("weights digest     sha256:" + digest);
      }
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

  private static ObjectNode asJson(ModelConfig c, WeightLayout layout, String digest) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.set("architecture", JsonFragments.architecture(c));
    node.put("parameters", layout.parameters()).put("dtype", c.storedDtype().id());
    ArrayNode sublayers = node.putArray("sublayers");
    for (Sublayer sublayer : c.sublayerList()) {
      long parameters = layout.parameters(sublayer);
      sublayers
          .addObject()
          .put("sublayer", sublayer.toString())
          .put("parameters", parameters)
          .put("share", (double) parameters / layout.parameters());
    }
    return node.put("weightsDigest", digest);
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
