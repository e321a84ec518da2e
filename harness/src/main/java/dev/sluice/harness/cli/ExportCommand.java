package dev.sluice.harness.cli;

import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.ExportFormat;
import dev.sluice.harness.export.ExportRun;
import dev.sluice.harness.export.Exporter;
import dev.sluice.harness.export.Exporters;
import dev.sluice.harness.export.ShardSize;
import dev.sluice.harness.export.checkpoint.DeciExporter;
import dev.sluice.harness.export.checkpoint.ZeroedExporter;
import dev.sluice.harness.export.gguf.GgufExporter;
import dev.sluice.harness.export.text.CardedExporter;
import dev.sluice.harness.export.text.MasksExporter;
import dev.sluice.harness.export.text.MergekitExporter;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.session.CardFacts;
import dev.sluice.harness.session.Release;
import dev.sluice.harness.session.VariantList;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.scorers.PrerequisiteException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a variant as something that other programs load. */
@Command(
    name = "export",
    description = "Write a variant of a model in a form that other programs load.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  private final Console console;
  private static final Map<ExportFormat, Exporter> EXPORTERS =
      Map.of(
          ExportFormat.HF_ZEROED, new ZeroedExporter(),
          ExportFormat.HF_DECI, new DeciExporter(),
          ExportFormat.GGUF, new GgufExporter(),
          ExportFormat.MERGEKIT, new MergekitExporter(),
          ExportFormat.MASKS, new MasksExporter());

  @Parameters(
      paramLabel = "VARIANT",
      description =
          "SWEEP@0.25, cut:3.ffn;9.attention, intact, random:0.25:seed=7 or reverse:0.25; NAME=... names it.")
  private String variant = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      description = "The form; docs/export.md says what loads which and what it saves.")
  private String format = "";

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder that is made; it has its name only when all is written.")
  private @Nullable Path out;

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "float32, bfloat16, float16 or keep, each tensor's own. Default: keep.")
  private String dtype = "keep";

  @Option(
      names = "--max-shard-size",
      paramLabel = "SIZE",
      description = "Of one file of weights, where the form knows shards. Default: 5GB.")
  private String shard = "5GB";

  @Option(names = "--force", description = "Replace an earlier export in the folder.")
  private boolean force;

  @Mixin private final JournalOption journal = new JournalOption();

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    JournalFolder journals = console.journals(journal.folder());
    Exporters exporters = exporters(journals);
    ExportFormat form = exporters.format(format);
    Optional<Dtype> type = type();
    long shardBytes = ShardSize.bytes(shard);
    String name = model.given().orElseGet(() -> VariantList.planOf(variant, journals).model());
    try (Checkpoint checkpoint = Checkpoint.open(HubCache.find(name, console.environment()))) {
      String weights = WeightsDigest.of(checkpoint, journals.digestCache());
      VariantList.Named named = named(checkpoint, weights, journals);
      CutList cuts = named.cuts().ofModel(name, weights);
      Export export = new Export(checkpoint, named.variant(), named.name(), type, shardBytes, cuts);
      ExportRun.Origin origin =
          new ExportRun.Origin(name, weights, Release.current(), Instant.now());
      ExportRun.Written written =
          new ExportRun(exporters, origin).run(export, form, new ExportRun.Target(target(), force));
      print(export, written);
    }
    return ExitCode.DONE;
  }

  /** Each puts a model card beside what it writes. */
  private static Exporters exporters(JournalFolder journals) {
    CardFacts facts = new CardFacts(journals);
    Map<ExportFormat, Exporter> carded = new EnumMap<>(ExportFormat.class);
    EXPORTERS.forEach((format, exporter) ->
        carded.put(
            format,
            new CardedExporter(exporter, (export, notes) -> facts.of(export, format, notes))));
    return new Exporters(carded);
  }

  private Path target() {
    if (out == null) {
      throw new PrerequisiteException("--out is missing: name the folder that is to be made");
    }
    return out;
  }

  private Optional<Dtype> type() {
    Optional<Dtype> type = Dtype.byId(dtype);
    if (type.isEmpty() && !dtype.equals("keep")) {
      throw new PrerequisiteException(
          "--dtype '" + dtype + "': write float32, bfloat16, float16 or keep");
    }
    return type;
  }

  private VariantList.Named named(Checkpoint checkpoint, String weights, JournalFolder journals) {
    List<VariantList.Named> variants =
        new VariantList(checkpoint.config(), weights, journals).parse(variant);
    if (variants.size() != 1) {
      throw new PrerequisiteException(
          "'" + variant + "' names " + variants.size() + " variants: export one at a time");
    }
    return variants.getFirst();
  }

  private void print(Export export, ExportRun.Written written) {
    PrintStream out = console.out();
    Checkpoint checkpoint = export.checkpoint();
    Reduction cut =
        new Reductions(checkpoint.config(), checkpoint.layout(), Reductions.USUAL_LENGTH)
            .of(export.variant());
    out.printf("variant      %s: %s%n", export.name(), export.variant());
    out.printf("written      %s%n", written.folder());
    out.printf(
        "size         %s; the intact weights have %s%n",
        Quantities.bytes(written.bytes()), Quantities.bytes(bytes(checkpoint)));
    written.digest().ifPresent(d -> out.printf("weights      sha256:%s%n", d));
    out.printf(
        "cut          %s of sublayers, %s of blocks, %s of parameters, %s of FLOPs, %s of the KV cache%n",
        Quantities.percent(cut.sublayers()),
        Quantities.percent(cut.blocks()),
        Quantities.percent(cut.parameters()),
        Quantities.percent(cut.flops()),
        Quantities.percent(cut.kvCache()));
    written.sentences().forEach(s -> out.printf("note         %s%n", s));
  }

  private static long bytes(Checkpoint checkpoint) {
    return checkpoint.tensors().values().stream().mapToLong(t -> t.bytes()).sum();
  }
}
