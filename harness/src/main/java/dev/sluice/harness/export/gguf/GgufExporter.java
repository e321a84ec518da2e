package dev.sluice.harness.export.gguf;

import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exporter;
import dev.sluice.harness.gguf.GgufValue;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes {@code model.gguf}, in which cut sublayers have no heads, no width and no weights. */
public final class GgufExporter implements Exporter {
  /** The name of the file. */
  public static final String FILE = "model.gguf";

  @Override
  public Optional<String> obstacle(Export export) {
    try {
      GgufPlan.of(export);
      return Optional.empty();
    } catch (InexpressibleException e) {
      return Optional.of(e.reason());
    }
  }

  @Override
  public long bytes(Export export) {
    return plan(export).bytes();
  }

  @Override
  public List<String> write(Export export, Path folder) throws IOException {
    GgufPlan plan = plan(export);
    GgufWriter.write(export.checkpoint(), plan, folder.resolve(FILE));
    return notes(export, plan);
  }

  private static GgufPlan plan(Export export) {
    try {
      return GgufPlan.of(export);
    } catch (InexpressibleException e) {
      throw new PrerequisiteException("cannot write it: " + e.reason(), e);
    }
  }

  private static List<String> notes(Export export, GgufPlan plan) {
    ModelConfig config = export.checkpoint().config();
    boolean deci = new GgufValue.Text("deci").equals(plan.metadata().get("general.architecture"));
    List<String> notes = new ArrayList<>();
    notes.add(
        "The "
            + config.blocks()
            + " blocks are packed into "
            + plan.blocks().size()
            + ". What is cut takes no memory, no time and no room in the key-value cache.");
    notes.add(
        deci
            ? "The architecture is 'deci', which llama.cpp has since January 2025."
            : "The architecture is 'llama', which all versions of llama.cpp have.");
    if (LlamaShape.context(config) < config.context()) {
      notes.add(
          "The context is given as "
              + LlamaShape.context(config)
              + " tokens, the window of its attention: llama.cpp has no windows here.");
    }
    if (plan.vocabulary().isEmpty()) {
      notes.add("There is no tokenizer.json: the file has no tokenizer and takes token ids alone.");
    }
    plan.vocabulary().ifPresent(vocabulary -> notes.addAll(vocabulary.notes()));
    return notes;
  }
}
