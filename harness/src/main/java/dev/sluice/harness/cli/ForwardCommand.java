package dev.sluice.harness.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one variant on given tokens, for checking its logits against others. */
@Command(
    name = "forward",
    description = "Print the logits of one variant for given tokens.",
    mixinStandardHelpOptions = true)
final class ForwardCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "IDS",
      description = "Token ids of one row, separated by commas.")
  private String tokens = "";

  @Option(
      names = "--cut",
      paramLabel = "SUBLAYERS",
      description = "Sublayers to cut, such as 0.attention,1.ffn. Default: none.")
  private String cut = "";

  @Option(
      names = "--dtype",
      description = "float32, bfloat16 or float16. Default: ${DEFAULT-VALUE}.")
  private String dtype = "float32";

  @Option(names = "--device", description = "cpu, gpu or gpu:N. Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(names = "--json", description = "Print {\"logits\": [[...], ...]}, a row a position.")
  private boolean json;

  ForwardCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (Checkpoint checkpoint =
        Checkpoint.open(HubCache.find(model.name(), console.environment()))) {
      ModelConfig config = checkpoint.config();
      Variant variant = Variant.parse(cut).requireWithin(config);
      TokenBatch batch = new TokenBatch(0, List.of(ids(config.vocabulary())));
      try (TorchEngine engine = TorchEngine.open(checkpoint, options())) {
        print(Forward.logits(engine, config, batch, variant));
      }
    }
    return ExitCode.DONE;
  }

  private TorchEngine.Options options() {
    Dtype type =
        Dtype.byId(dtype)
            .orElseThrow(() ->
                new PrerequisiteException(
                    "dtype '" + dtype + "': write float32, bfloat16 or float16"));
    return new TorchEngine.Options(DeviceChoice.parse(device), type, true, OptionalInt.empty());
  }

  private int[] ids(int vocabulary) {
    return Arrays.stream(tokens.split(",", -1)).mapToInt(t -> id(t.strip(), vocabulary)).toArray();
  }

  private static int id(String text, int vocabulary) {
    try {
      int id = Integer.parseInt(text);
      if (id >= 0 && id < vocabulary) {
        return id;
      }
    } catch (NumberFormatException e) {
      // Falls through to the same message: the value is no token either way.
    }
    throw new PrerequisiteException(
        "token '" + text + "': the model knows the ids 0 to " + (vocabulary - 1));
  }

  private void print(float[][] logits) throws IOException {
    if (json) {
      printJson(logits);
      return;
    }
    for (int t = 0; t < logits.length; t++) {
      console.out().println(t + "\t" + Arrays.toString(logits[t]));
    }
  }

  private void printJson(float[][] logits) throws IOException {
    try (JsonGenerator generator = new JsonFactory().createGenerator(console.out())) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      generator.writeStartObject();
      generator.writeArrayFieldStart("logits");
      for (float[] row : logits) {
        generator.writeStartArray();
        for (float logit : row) {
          generator.writeNumber(logit);
        }
        generator.writeEndArray();
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    console.out().println();
  }
}
