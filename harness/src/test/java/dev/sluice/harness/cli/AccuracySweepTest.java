package dev.sluice.harness.cli;

import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps that go by the accuracy on a task. */
class AccuracySweepTest {
  private static final int ROWS = 24;
  private static final int DECIDING = 16;

  @TempDir private Path folder;
  private TinyWorld world;
  private Path task;
  private Path rows;

  @BeforeEach
  void write() throws IOException {
    world = TinyWorld.in(folder);
    task = GateTask.write(folder, ROWS);
    rows =
        Files.writeString(
            folder.resolve("test.jsonl"),
            IntStream.range(0, ROWS)
                .mapToObj(i -> GateTask.row("gate " + i, "open", "shut", i % 2))
                .collect(Collectors.joining()));
  }

  private Ran run(String name, String... more) {
    List<String> line = new ArrayList<>(List.of("--task", task.toString()));
    Collections.addAll(line, "--task-data", rows.toString(), "--task-rows", "" + DECIDING);
    Collections.addAll(line, "--name", name, "--measures", "kl");
    Collections.addAll(line, more);
    return world.run(line.toArray(String[]::new));
  }

  private Ran tale(String name, String... more) {
    List<String> line = new ArrayList<>(List.of("--strategy", "tale"));
    Collections.addAll(line, more);
    return run(name, line.toArray(String[]::new));
  }

  private List<Trial> trials(String sweep) {
    return world.journals().read(sweep).stream()
        .flatMap(e ->
            switch (e) {
              case TrialsScored scored -> scored.trials().stream();
              case VariantsSurveyed seen -> seen.trials().stream();
              default -> Stream.empty();
            })
        .toList();
  }

  private static Score accuracy(Trial trial) {
    return trial.scores().stream()
        .filter(s -> s.measure() == Measure.ACCURACY)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tryOut() {
    Ran ran = tale("t", "--slice", "3").done();
    System.out.println(ran.out() + ran.err());
    trials("t").forEach(t -> System.out.println(t.candidate() + " " + accuracy(t)));
    System.out.println(world.command("report", "t").out());
  }
}
