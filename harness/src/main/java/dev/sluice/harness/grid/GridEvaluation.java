package dev.sluice.harness.grid;

import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.plan.GridPlan;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.session.EvalSession;
import dev.sluice.harness.session.OpenModel;
import dev.sluice.harness.session.TaskRequest;
import dev.sluice.harness.session.Work;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationListener;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.variant.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Asks a grid's tasks of every variant in its table, each once, kept as an evaluation of its own. */
public final class GridEvaluation {
  private GridEvaluation() {}

  /** The name under which the evaluation is kept, for {@code sluice compare}. */
  public static String nameOf(GridPlan grid) {
    return grid.name() + "-tasks";
  }

  /**
   * Ask, or find what was answered before; empty if asked to stop before the end.
   *
   * @param progress hears of the evaluation
   */
  public static Optional<Accuracies> run(
      GridPlan grid,
      GridTable table,
      Home home,
      EvaluationListener progress,
      BooleanSupplier stop) {
    if (grid.table().tasks().isEmpty() || table.rows().isEmpty()) {
      return Optional.of(new Accuracies(List.of(), Map.of()));
    }
    List<TaskResults.OfTask> results = new ArrayList<>();
    EvaluationListener kept =
        new EvaluationListener() {
          @Override
          public void ended(Evaluation.End end) {
            results.addAll(end.results());
          }
        };
    try (EvalSession session =
        new EvalSession(request(grid, table), home.journals(), home.environment())) {
      return session
          .run(List.of(progress, kept), stop)
          .map(ended -> renamed(Accuracies.of(results), table));
    }
  }

  /** Where results lie, and what the process was told. */
  public record Home(JournalFolder journals, Map<String, String> environment) {}

  private static EvalSession.Request request(GridPlan grid, GridTable table) {
    SweepPlan plan = grid.cells().getFirst().plan();
    SweepPlan.Execution execution = plan.execution();
    GridPlan.Table asked = grid.table();
    return new EvalSession.Request(
        new OpenModel.Choice(
            plan.model(), execution.device(), execution.dtype(), execution.threads()),
        variants(table),
        new TaskRequest(
            asked.tasks(),
            asked.taskFiles().stream().map(Path::of).toList(),
            new TaskRequest.Places(asked.data(), List.of()),
            new TaskRequest.Asking(
                ScoringMode.LM_EVAL,
                OptionalInt.empty(),
                asked.limit().map(ItemSource.Limit::parse),
                OnBadRow.FAIL)),
        new Work(
            execution.batchTokens(),
            execution.memory().map(OptionalLong::of).orElse(OptionalLong.empty())),
        new EvalSession.Kept(Optional.of(nameOf(grid)), Optional.empty()));
  }

  /** The intact model, then each variant under the name of the first row that has it. */
  private static String variants(GridTable table) {
    String others =
        table.variants().stream()
            .map(v -> name(table, v) + "=cut:" + v.toString().replace(',', ';'))
            .collect(Collectors.joining(","));
    return "intact," + others;
  }

  private static String name(GridTable table, Variant variant) {
    GridTable.Row row =
        table.rows().stream()
            .filter(r -> r.cut().variant().equals(variant))
            .findFirst()
            .orElseThrow();
    return row.cell().name() + "." + Math.round(100 * row.share());
  }

  /** By the text of each variant, for several rows may share one. */
  private static Accuracies renamed(Accuracies accuracies, GridTable table) {
    return new Accuracies(
        accuracies.tasks(),
        table.variants().stream()
            .collect(
                Collectors.toMap(
                    Variant::toString,
                    v -> accuracies.byVariant().getOrDefault(name(table, v), List.of()))));
  }
}
