package dev.sluice.harness.telemetry;

import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.session.SweepSession;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.SweepState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A sweep over four tiny blocks, six rows of sixteen tokens in three batches a lane. */
record TinySweep(SweepPlan plan, JournalFolder journals) {
  static final int SUBLAYERS = 8;
  static final int ROWS = 6;

  static TinySweep in(Path folder, Map<String, String> more) throws IOException {
    Path model =
        TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.llama().withBlocks(4));
    Path text = Files.writeString(folder.resolve("text.txt"), "the river runs. ".repeat(40));
    Map<String, String> values = new HashMap<>();
    values.put("name", "tiny");
    values.put("model", model.toString());
    values.put("calibration", text.toString());
    values.put("calibration-preset", "first");
    values.put("sequences", "" + ROWS);
    values.put("length", "16");
    values.put("batch-tokens", "32");
    values.put("threads", "1");
    values.put("measure", "ag");
    values.put("measures", "kl,nll");
    values.put("until", "0.5");
    values.putAll(more);
    return new TinySweep(PlanReader.from(values), new JournalFolder(folder.resolve("journal")));
  }

  Sweep.End run(Instruments instruments, List<SweepListener> listeners, BooleanSupplier stop) {
    try (Journal journal = journals.open(plan.name());
        SweepSession session = SweepSession.open(plan, journals, Map.of(), instruments)) {
      return session.sweep(journal, listeners).run(stop);
    }
  }

  Sweep.End run(SweepTelemetry watched) {
    return run(watched.instruments(), List.of(watched), () -> false);
  }

  SweepState state() {
    return SweepState.of(journals.read(plan.name())).orElseThrow();
  }
}
