package dev.sluice.harness.plan;

import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.plan.PlanType.Bytes;
import dev.sluice.harness.plan.PlanType.Choice;
import dev.sluice.harness.plan.PlanType.Choices;
import dev.sluice.harness.plan.PlanType.Decimal;
import dev.sluice.harness.plan.PlanType.Decimal.Range;
import dev.sluice.harness.plan.PlanType.Decimals;
import dev.sluice.harness.plan.PlanType.Switch;
import dev.sluice.harness.plan.PlanType.Text;
import dev.sluice.harness.plan.PlanType.Whole;
import dev.sluice.scorers.Measure;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The keys of a plan: the one declaration that the YAML file, the command-line options, the default
 * values and the hash go by. A key bears the same name everywhere.
 */
public enum PlanKey {
  MODEL(Text.any("DIR"), "", true, "Checkpoint folder, or a hub id in the local cache."),
  CALIBRATION(Text.any("FILE"), "", true, "Text that variants are compared on, UTF-8."),
  CALIBRATION_FIELD(
      Text.any("NAME"), "", true, "Field of the text, where the file holds JSON lines."),
  CALIBRATION_PRESET(
      Choice.of(SweepPlan.Calibration.Preset.values()),
      "finercut",
      true,
      "How rows are cut: the first 10 x 256 tokens, the first tokens, seeded windows, documents."),
  SEQUENCES(new Whole(1, Integer.MAX_VALUE), "10", true, "Rows of tokens."),
  LENGTH(new Whole(1, Integer.MAX_VALUE), "256", true, "Tokens in a row."),
  SELECT(
      Choice.of(SweepPlan.Calibration.Select.values()),
      "first",
      true,
      "Which rows of the pool are kept; a score keeps the highest, -low the lowest."),
  POOL(
      new Whole(1, Integer.MAX_VALUE),
      "",
      true,
      "Rows to select from; by default 10 times sequences."),
  SEED(
      new Whole(Long.MIN_VALUE, Long.MAX_VALUE),
      "0",
      true,
      "Seed of windows, of select random and of strategies."),
  STRATEGY(
      new Choice(StrategyName.ids()),
      "finercut",
      true,
      "Who proposes what to cut: docs/strategies.md."),
  MEASURE(Choice.of(Measure.values()), "ag", true, "The measure that decides what is cut."),
  MEASURES(
      new Choices(Arrays.stream(Measure.values()).map(Measure::id).toList()),
      "kl,top1,nll",
      true,
      "Measures to report, besides the one that decides."),
  TASK(
      Text.any("NAME|FILE"),
      "",
      true,
      "Of measure accuracy: a task or group as eval takes it, or a task file."),
  TASK_DATA(
      Text.any("PLACE"),
      "",
      true,
      "Folder or file of the task's data; by default the Hugging Face cache."),
  TASK_ROWS(
      new Whole(1, 1_000_000),
      "200",
      true,
      "Rows of each task, from the first, that decide; those after them are held out."),
  CANDIDATES(
      Choice.of(SweepPlan.CandidateKind.values()),
      "all",
      true,
      "What one step may cut; expert is one of a mixture's."),
  EXCLUDE(
      new Decimal(Range.SHARE_BELOW_ONE, "none"),
      "none",
      true,
      "Share of FinerCut's front exclusion; 0 still excludes block 0, none excludes nothing."),
  TIES(
      Choice.of(SweepPlan.TieOrder.values()),
      "released",
      true,
      "Which of equal candidates is cut: first by name, as FinerCut's code does, or by place."),
  UNTIL(
      Decimal.of(Range.SHARE),
      "0.25",
      true,
      "Share of sublayers to cut; the default holds without another until-..., but not for tale."),
  UNTIL_PARAMETERS(Decimal.of(Range.SHARE), "", true, "Stop once this share of parameters is cut."),
  UNTIL_DIVERGENCE(
      Decimal.of(Range.NOT_NEGATIVE), "", true, "Stop before the score crosses this bound."),
  RACING(
      new Decimal(Range.CONFIDENCE, "off"),
      "off",
      true,
      "Confidence to drop hopeless candidates early; 1 drops none that could win."),
  TREATMENT(
      Choice.of(SweepPlan.Treatment.Kind.values()),
      "remove",
      true,
      "What becomes of a cut sublayer: gone, run twice, or with another checkpoint's weights mixed in."),
  OTHER(
      Text.any("DIR"), "", true, "Of interpolate: the other checkpoint, of the same architecture."),
  ALPHA(
      Decimal.of(Range.UNIT),
      "0.5",
      true,
      "Of interpolate: the other's share, from 0, this model, to 1."),
  SAMPLES(new Whole(1, 1_000_000), "16", true, "Of shapley: permutations to estimate from."),
  WINDOW(
      new Whole(1, 1_000_000),
      "3",
      true,
      "Of shapley-windows and cornerstone: candidates in the longest window."),
  WIDTH(new Whole(1, 100_000), "4", true, "Of beam: sets of each size that are kept."),
  OFFSPRING(
      new Whole(2, 100_000),
      "32",
      true,
      "Of evopress: children a generation; of gates: masks a step."),
  GENERATIONS(
      new Whole(1, 1_000_000),
      "",
      true,
      "Of evopress: generations of each size, by default k (n - k) / 1.5; of gates: steps, 100."),
  BALANCED(new Switch(), "off", true, "Of evopress: whether as many attentions as FFNs are cut."),
  RATIOS(
      new Decimals(Range.SHARE),
      "",
      true,
      "Of evopress and gates: shares to search a set for; by default that of until."),
  DTYPE(
      new Choice(Arrays.stream(Dtype.values()).map(Dtype::id).toList()),
      "",
      true,
      "Type to compute in; by default the checkpoint's on GPU, float32 on CPU."),
  DEVICE(
      new Text(
          "cpu|gpu|gpu:N",
          Pattern.compile("cpu|gpu(:\\d{1,3})?"),
          "must be cpu, gpu or gpu:N with the number of a GPU"),
      "cpu",
      false,
      "Where to compute."),
  MEMORY(
      new Bytes(),
      "",
      false,
      "Memory budget, such as 512M or 8GiB; by default a share of what is free."),
  BATCH_TOKENS(
      new Whole(1, Integer.MAX_VALUE),
      "512",
      false,
      "Token positions in one batch: what fits a processor's caches; give a GPU more."),
  SLICE(new Whole(1, 65_536), "16", false, "Candidates evaluated and journalled together."),
  STACK(
      new Whole(1, 65_536),
      "",
      false,
      "Hidden states in one native call; by default 1 on CPU, 16 on GPU."),
  THREADS(new Whole(1, 4_096), "", false, "Threads of the tensor library; by default all cores."),
  BOUNDARY_CACHE(new Switch(), "on", false, "Whether states are kept for the next step."),
  NAME(
      new Text(
          "NAME",
          Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
          "must be up to 100 letters, digits, dots, dashes and underscores, the first a letter or"
              + " digit"),
      "",
      false,
      "Name of the sweep in its journal; by default made of model, measure and plan."),
  JOURNAL(
      Text.any("DIR"),
      "",
      false,
      "Folder of the journals; by default $SLUICE_JOURNAL, or ~/.local/state/sluice.");

  private static final List<String> IDS = Arrays.stream(values()).map(PlanKey::id).toList();

  // Every type is a record of immutable parts, but Error Prone would have us import it to say so.
  @SuppressWarnings("ImmutableEnumChecker")
  private final PlanType type;

  private final String fallback;
  private final boolean decidesResults;
  private final String help;

  PlanKey(PlanType type, String fallback, boolean decidesResults, String help) {
    this.type = type;
    this.fallback = fallback;
    this.decidesResults = decidesResults;
    this.help = help;
  }

  /** The name in a plan; the option is the same after two dashes. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What its value may be. */
  public PlanType type() {
    return type;
  }

  /** The default as one would write it; empty where there is none or where it depends on others. */
  public Optional<String> fallback() {
    return Optional.of(fallback).filter(f -> !f.isEmpty());
  }

  /** Whether two plans that differ in this key are different experiments: then it is hashed. */
  public boolean decidesResults() {
    return decidesResults;
  }

  /** One sentence for a user. */
  public String help() {
    return help;
  }

  /** Find a key by its id. */
  public static Optional<PlanKey> byId(String id) {
    int place = IDS.indexOf(id);
    return place < 0 ? Optional.empty() : Optional.of(values()[place]);
  }

  /** All ids in order. */
  public static List<String> ids() {
    return IDS;
  }
}
