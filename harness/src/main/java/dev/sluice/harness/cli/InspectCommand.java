package dev.sluice.harness.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Attention;
import dev.sluice.harness.model.ModelConfig.NormKind;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.QueryKeyNorm;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.report.JsonFragments;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalDouble;
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
    out.printf("hidden size        %d, FFN %s%n", c.hidden(), ffn(c));
    out.printf("norms              %s%n", norms(c));
    out.printf("attention          %s%n", attention(c));
    out.printf("positions          %s%n", positions(c));
    out.printf("vocabulary         %s%n", vocabulary(c));
    out.printf("context            %d tokens%n", c.context());
  }

  private static String ffn(ModelConfig c) {
    String dense = c.ffn().intermediate() + (c.ffn().gated() ? " gated" : "");
    String act = ", " + c.ffn().activation().name().toLowerCase(Locale.ROOT);
    return c.ffn()
        .experts()
        .map(e ->
            "%d experts of %d, %d for each token, in %d blocks%s%s"
                .formatted(
                    e.count(),
                    e.intermediate(),
                    e.active(),
                    e.blocks().size(),
                    e.blocks().size() == c.blocks() ? "" : ", " + dense + " in the others",
                    act))
        .orElse(dense + act);
  }

  private static String norms(ModelConfig c) {
    String kind = c.norm().kind() == NormKind.LAYER ? "layer norm" : "RMS norm";
    String place =
        switch (c.norm().place()) {
          case BEFORE -> "before";
          case AFTER -> "after";
          case AROUND -> "before and after";
        };
    return kind
        + " "
        + place
        + " each sublayer"
        + (c.parallel() ? "; FFN reads the block's input" : "");
  }

  private static String attention(ModelConfig c) {
    Attention a = c.attention();
    long sliding = a.windows().stream().filter(OptionalInt::isPresent).count();
    return "%d heads of %d, %d for keys and values%s%s%s%s"
        .formatted(
            a.heads(),
            a.headSize(),
            a.kvHeads(),
            a.qkvBias() ? ", biases" : "",
            a.queryKeyNorm() == QueryKeyNorm.NONE ? "" : ", q and k normed",
            a.cap().isPresent() ? ", scores capped at " + a.cap().getAsDouble() : "",
            sliding == 0 ? "" : ", window in " + sliding + " blocks");
  }

  private static String positions(ModelConfig c) {
    return switch (c.positions()) {
      case Positions.Learned ignored -> "learned, " + c.context() + " of them";
      case Positions.Rotary rotary ->
          "base %s, %s%s"
              .formatted(
                  rotary.base(),
                  rotary.scaling(),
                  rotary.width() == c.attention().headSize()
                      ? ""
                      : ", " + rotary.width() + " elements of each head rotated");
    };
  }

  private static String vocabulary(ModelConfig c) {
    OptionalDouble cap = c.ends().logitCap();
    return "%d, head %s%s"
        .formatted(
            c.vocabulary(),
            c.ends().tiedHead() ? "tied" : "untied",
            cap.isPresent() ? ", logits capped at " + cap.getAsDouble() : "");
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
