package dev.sluice.harness.plan;

import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.scorers.Measure;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The strategies that a plan can name, and what each reads of a plan. */
public enum StrategyName {
  /** Greedy, by any measure, with FinerCut's front exclusion where asked for. */
  FINERCUT,
  /** The greedy search by perplexity over sublayers. */
  BLOCKPRUNER,
  /** The greedy search by perplexity over blocks. */
  SLEB,
  /** The greedy search by accuracy on a task over blocks, as long as none is lost. */
  TALE,
  /** Each cut measured alone, once. */
  ONE_SHOT,
  /** How little hidden states turn: ShortGPT's block influence, LLM-Drop's attention and FFN drop. */
  INFLUENCE,
  /** How small the update is beside what it is added to. */
  UPDATE_NORM,
  /** Sum of the weights' sizes. */
  MAGNITUDE_L1,
  /** Root of the sum of the weights' squares. */
  MAGNITUDE_L2,
  /** Sum of the products of weights and the loss's gradient. */
  TAYLOR,
  /** The window of blocks with the least angle at the last token. */
  ANGULAR_WINDOW,
  /** The window of blocks with the highest mean cosine. */
  COSINE_WINDOW,
  /** Shapley values by permutations. */
  SHAPLEY,
  /** Shapley values from contiguous windows. */
  SHAPLEY_WINDOWS,
  /** Beam search. */
  BEAM,
  /** Evolutionary search. */
  EVOPRESS,
  /** Policy gradient over Bernoulli gates. */
  GATES,
  /** Every set of every size. */
  EXHAUSTIVE,
  /** Control: a seeded random order. */
  RANDOM,
  /** Control: from the last to the first. */
  REVERSE,
  /** Control: evenly spaced. */
  EVERY,
  /** Positive control: what a scan of windows finds dearest is cut first. */
  CORNERSTONE;

  /** The name in plans. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Find a strategy by its id. */
  public static Optional<StrategyName> byId(String id) {
    return Arrays.stream(values()).filter(s -> s.id().equals(id)).findFirst();
  }

  static List<String> ids() {
    return Arrays.stream(values()).map(StrategyName::id).toList();
  }

  /** Whether a key means something to this strategy; common keys do to all. */
  public boolean reads(PlanKey key) {
    return switch (key) {
      case SAMPLES -> this == SHAPLEY;
      case WINDOW -> this == SHAPLEY_WINDOWS || this == CORNERSTONE;
      case WIDTH -> this == BEAM;
      case OFFSPRING, GENERATIONS, RATIOS -> byRatio();
      case BALANCED -> this == EVOPRESS;
      default -> true;
    };
  }

  /** The measure that makes the strategy what its paper says; empty where any may decide. */
  Optional<Measure> ownMeasure() {
    return switch (this) {
      case BLOCKPRUNER, SLEB -> Optional.of(Measure.NLL);
      case TALE -> Optional.of(Measure.ACCURACY);
      default -> Optional.empty();
    };
  }

  /** The candidates that make the strategy what its paper says; empty where any will do. */
  Optional<CandidateKind> ownCandidates() {
    return switch (this) {
      case SLEB, TALE, ANGULAR_WINDOW, COSINE_WINDOW -> Optional.of(CandidateKind.BLOCK);
      case BLOCKPRUNER -> Optional.of(CandidateKind.ALL);
      default -> Optional.empty();
    };
  }

  /** Whether candidates may be single experts: not where a score is taken from a whole sublayer. */
  boolean ranksExperts() {
    return switch (this) {
      case INFLUENCE, UPDATE_NORM, MAGNITUDE_L1, MAGNITUDE_L2, TAYLOR -> false;
      default -> true;
    };
  }

  /** Whether the order is fixed without measuring a single variant: something to compare with. */
  public boolean control() {
    return switch (this) {
      case RANDOM, REVERSE, EVERY, CORNERSTONE -> true;
      default -> false;
    };
  }

  /** Whether each step scores all that is left and cuts the best. */
  public boolean greedy() {
    return switch (this) {
      case FINERCUT, BLOCKPRUNER, SLEB -> true;
      default -> false;
    };
  }

  /** Whether it ends by itself once every cut costs too much, so that no share need be asked for. */
  public boolean endsItself() {
    return this == TALE;
  }

  /** Whether it draws by the plan's seed. */
  public boolean draws() {
    return switch (this) {
      case RANDOM, SHAPLEY, EVOPRESS, GATES -> true;
      default -> false;
    };
  }

  /** Whether sets are searched for some ratios alone, rather than for every size. */
  public boolean byRatio() {
    return this == EVOPRESS || this == GATES;
  }
}
