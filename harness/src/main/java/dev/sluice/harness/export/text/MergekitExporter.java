package dev.sluice.harness.export.text;

import dev.sluice.harness.export.DurableFiles;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exporter;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.QueryKeyNorm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes {@code mergekit.yaml}, by which mergekit makes the same cut of the same checkpoint. */
public final class MergekitExporter implements Exporter {
  private static final String FILE = "mergekit.yaml";

  /** Families of which mergekit copies all biases. */
  private static final Set<String> ALL_BIASES = Set.of("gpt2", "opt");

  @Override
  public Optional<String> obstacle(Export export) {
    ModelConfig config = export.checkpoint().config();
    if (export.variant().cuts().size() == config.sublayers()) {
      return Optional.of("mergekit writes no model without any block");
    }
    return MergekitSlices.unnamed(export.variant())
        .map(cut -> "mergekit scales whole projections, and " + cut + " is part of one")
        .or(() -> incomplete(config));
  }

  /** What mergekit itself would leave out or ask for, cut or not. */
  private static Optional<String> incomplete(ModelConfig config) {
    String family = config.family();
    if (family.equals("gpt_neox")) {
      return Optional.of(
          "mergekit asks gpt_neox models for tensors that checkpoints of today do not hold");
    }
    if (config.attention().queryKeyNorm() == QueryKeyNorm.WHOLE) {
      return Optional.of("mergekit leaves out the norms of queries and keys of " + family);
    }
    boolean inner = config.attention().qkvBias() && !family.equals("qwen2");
    boolean outer = config.attention().outputBias() || config.ffn().bias();
    if ((inner || outer) && !ALL_BIASES.contains(family)) {
      return Optional.of("mergekit leaves out biases of this " + family + " model");
    }
    boolean mixed =
        config.ffn().experts().filter(e -> e.blocks().size() < config.blocks()).isPresent();
    return mixed
        ? Optional.of("mergekit takes all blocks to have experts, and some have none")
        : Optional.empty();
  }

  @Override
  public long bytes(Export export) {
    return DurableFiles.bytes(text(export));
  }

  @Override
  public List<String> write(Export export, Path folder) throws IOException {
    DurableFiles.write(folder.resolve(FILE), text(export));
    MergekitSlices slices = slices(export);
    List<String> notes = new ArrayList<>();
    notes.add("To make the model: mergekit-yaml " + FILE + " FOLDER.");
    if (slices.left() > 0) {
      notes.add("Blocks left out, which cost nothing: %d.".formatted(slices.left()));
    }
    if (slices.zeroed() > 0) {
      notes.add(
          "Sublayers that stay, with zeros in their output projections, and cost what they did: %d."
              .formatted(slices.zeroed()));
    }
    return notes;
  }

  private static MergekitSlices slices(Export export) {
    return new MergekitSlices(
        export.checkpoint().config(), export.checkpoint().layout(), export.variant());
  }

  private static String text(Export export) {
    Dtype dtype = export.dtype().orElse(export.checkpoint().config().storedDtype());
    String model = model(export);
    StringBuilder yaml = new StringBuilder();
    yaml.append("# ").append(MarkdownText.plain(export.name())).append(": ");
    yaml.append(export.variant().cuts().size()).append(" of ");
    yaml.append(export.checkpoint().config().sublayers()).append(" sublayers are cut.\n");
    yaml.append("merge_method: passthrough\n");
    yaml.append("dtype: ").append(dtype.id()).append('\n');
    yaml.append("slices:\n");
    slices(export).all().forEach(slice -> append(slice, model, yaml));
    return yaml.toString();
  }

  private static void append(MergekitSlices.Slice slice, String model, StringBuilder yaml) {
    yaml.append("  - sources:\n");
    yaml.append("      - model: ").append(model).append('\n');
    yaml.append("        layer_range: [%d, %d]\n".formatted(slice.first(), slice.end()));
    if (!slice.filters().isEmpty()) {
      yaml.append("        parameters:\n          scale:\n");
      for (String filter : slice.filters()) {
        yaml.append("            - filter: ").append(filter).append('\n');
        yaml.append("              value: 0.0\n");
      }
      yaml.append("            - value: 1.0\n");
    }
  }

  /** As the user named it; mergekit reads + and @ in a short name as an adapter and a revision. */
  private static String model(Export export) {
    Path folder = export.checkpoint().folder();
    String named = export.cuts().origin().model().orElse(folder.toString());
    boolean id = ModelNames.isHubId(named);
    String path = id || ModelNames.isFolder(named) ? named : folder.toString();
    String quoted = MarkdownText.quoted(path);
    boolean misread = !id && (path.contains("+") || path.contains("@"));
    return misread ? "{model: {path: " + quoted + "}}" : quoted;
  }
}
