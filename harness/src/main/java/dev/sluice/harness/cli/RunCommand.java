package dev.sluice.harness.cli;

import dev.sluice.harness.plan.GridPlan;
import dev.sluice.harness.plan.GridReader;
import dev.sluice.harness.plan.PlanKey;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/** Starts a sweep, or goes on with it where its journal ends. */
@Command(
    name = "run",
    description = "Start a sweep from a plan file, from options, or from both: options win.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private final Console console;
  private final Map<PlanKey, OptionSpec> options = new LinkedHashMap<>();

  @Parameters(
      arity = "0..1",
      paramLabel = "PLAN",
      description = "Plan file (YAML); keys with lists make a grid of sweeps.")
  private @Nullable Path planFile;

  @Mixin private final SweepOutput output = new SweepOutput();

  private RunCommand(Console console) {
    this.console = console;
  }

  /** The command with one option for each key of a plan. */
  static CommandLine line(Console console) {
    RunCommand command = new RunCommand(console);
    CommandLine line = new CommandLine(command);
    for (PlanKey key : PlanKey.values()) {
      OptionSpec option = option(key);
      command.options.put(key, option);
      line.getCommandSpec().addOption(option);
    }
    return line;
  }

  /** A key of a plan as an option, without a value yet. */
  static OptionSpec option(PlanKey key) {
    return OptionSpec.builder("--" + key.id())
        .paramLabel(key.type().placeholder())
        .type(String.class)
        .description(key.help() + key.fallback().map(f -> " Default: " + f + ".").orElse(""))
        .build();
  }

  @Override
  public Integer call() {
    Map<String, String> values = new LinkedHashMap<>();
    options.forEach((key, option) -> {
      Object value = option.getValue();
      if (value != null) {
        values.put(key.id(), value.toString());
      }
    });
    Optional<GridPlan> grid =
        planFile == null ? Optional.empty() : GridReader.find(planFile, values);
    if (grid.isPresent()) {
      return new GridRunner(console, output).run(grid.get(), planFile);
    }
    SweepPlan plan =
        planFile == null ? PlanReader.from(values) : PlanReader.fromYaml(planFile, values);
    return new SweepRunner(console, output).run(plan);
  }
}
