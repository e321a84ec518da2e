package dev.sluice.harness.cli;

import dev.sluice.harness.plan.PlanType;
import dev.sluice.harness.session.OpenModel;
import dev.sluice.harness.session.Work;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a model is computed, for commands that take no plan; in plans the keys of these names. */
final class ComputeOptions {
  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "float32, bfloat16 or float16. Default: the checkpoint's on GPU, float32 on CPU.")
  private @Nullable String dtype;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "cpu, gpu or gpu:N. Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(names = "--threads", paramLabel = "N", description = "Default: all cores.")
  private @Nullable Integer threads;

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      description = "Tokens that are computed together. Default: ${DEFAULT-VALUE}.")
  private int batchTokens = 512;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Memory budget, such as 8G. Default: half of what is free.")
  private @Nullable String memory;

  OpenModel.Choice choice(String model) {
    return new OpenModel.Choice(
        model,
        device,
        Optional.ofNullable(dtype),
        threads == null ? OptionalInt.empty() : OptionalInt.of(positive("--threads", threads)));
  }

  Work work() {
    return new Work(
        positive("--batch-tokens", batchTokens),
        memory == null ? OptionalLong.empty() : OptionalLong.of(bytes(memory)));
  }

  private static long bytes(String memory) {
    PlanType.Bytes type = new PlanType.Bytes();
    type.problem(memory)
        .ifPresent(problem -> {
          throw new PrerequisiteException("--memory " + memory + ": " + problem);
        });
    return type.read(memory);
  }

  private static int positive(String option, int value) {
    if (value < 1) {
      throw new PrerequisiteException(option + " " + value + ": must be at least 1");
    }
    return value;
  }
}
