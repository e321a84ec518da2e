package dev.sluice.harness.plan;

import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.scorers.Measure;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a sweep was asked to do; immutable, validated as a whole by {@link PlanReader}.
 *
 * @param name of the sweep in its journal
 * @param model a checkpoint folder or a hub id
 * @param journal folder of the journals; empty takes the standard one. A journal does not hold where
 *     it lies, so that it can be moved
 */
public record SweepPlan(
    String name,
    String model,
    Calibration calibration,
    Search search,
    Execution execution,
    Optional<String> journal) {

  /** A plan whose journal is in the standard folder. */
  public SweepPlan(
      String name, String model, Calibration calibration, Search search, Execution execution) {
    this(name, model, calibration, search, execution, Optional.empty());
  }

  /** The same plan with its journal in another folder. */
  public SweepPlan keptIn(Optional<String> folder) {
    return new SweepPlan(name, model, calibration, search, execution, folder);
  }

  /**
   * The text that variants are compared on.
   *
   * @param file plain text, or JSON lines where {@code field} is given
   * @param field name of the text's field in each JSON line
   * @param preset how rows are cut from the text
   * @param sequences number of rows
   * @param length tokens in a row
   * @param seed of {@link Preset#WINDOWS} and {@link Select#RANDOM}
   * @param select which rows of the pool are taken
   * @param pool rows that the preset cuts, to choose {@code sequences} among; as many for {@link
   *     Select#FIRST}
   */
  public record Calibration(
      String file,
      Optional<String> field,
      Preset preset,
      int sequences,
      int length,
      long seed,
      Select select,
      int pool) {

    /** The same rule on another file. */
    public Calibration of(String other) {
      return new Calibration(other, field, preset, sequences, length, seed, select, pool);
    }

    /** The same for every seed that gives the same rows of one text. */
    public Calibration withoutIdleSeed() {
      boolean drawn = preset == Preset.WINDOWS || select == Select.RANDOM;
      return new Calibration(
          file, field, preset, sequences, length, drawn ? seed : 0, select, pool);
    }

    /** How rows of tokens are cut from the text. */
    public enum Preset {
      /** FinerCut's rule: the first 10 x 256 tokens of the non-empty lines joined by one blank. */
      FINERCUT,
      /** The same rule with other numbers: the first {@code sequences} x {@code length} tokens. */
      FIRST,
      /** Windows of {@code length} tokens at seeded random places of the joined text. */
      WINDOWS,
      /** One row for each of the first {@code sequences} documents, cut off at {@code length}. */
      DOCUMENTS
    }

    /**
     * Which rows of a pool are taken; of equal ones the first. Scores are means over a row's predicted
     * tokens, by the intact model.
     */
    public enum Select {
      /** The first: what the preset cuts. */
      FIRST,
      /** Seeded random ones. */
      RANDOM,
      /** Those of most tokens. */
      LONGEST,
      /** Those of the highest mean {@code -log Q(y)}. */
      LOSS,
      /** Those of the lowest. */
      LOSS_LOW,
      /** Those of the highest {@code EL2N = |Q - onehot(y)|} (arXiv 2107.07075). */
      EL2N,
      /** Those of the lowest. */
      EL2N_LOW,
      /** Those of the longest gradient of a token's loss with respect to the head's weights. */
      GRAND;

      /** Whether the model must be run to tell. */
      public boolean needsModel() {
        return switch (this) {
          case FIRST, RANDOM, LONGEST -> false;
          case LOSS, LOSS_LOW, EL2N, EL2N_LOW, GRAND -> true;
        };
      }
    }
  }

  /**
   * What is searched and how it is decided.
   *
   * @param strategy who proposes
   * @param objective the measure that decides
   * @param measures all measures that are computed, the objective among them
   * @param candidates what one step may cut
   * @param exclude share of sublayers for FinerCut's front exclusion; empty is the plain mode
   * @param ties which of equal candidates comes first
   * @param until when to stop
   * @param racing confidence at which hopeless candidates are dropped early, at most 1; empty scores all
   *     fully
   * @param seed of strategies that draw
   * @param effort of strategies that draw or widen
   * @param treatment what becomes of a sublayer that is cut
   * @param task what accuracy is measured on; empty where no measure needs it
   */
  public record Search(
      StrategyName strategy,
      Measure objective,
      List<Measure> measures,
      CandidateKind candidates,
      OptionalDouble exclude,
      TieOrder ties,
      Until until,
      OptionalDouble racing,
      long seed,
      Effort effort,
      Treatment treatment,
      Optional<Task> task) {

    public Search {
      measures = List.copyOf(measures);
    }

    /** Whether racing drops only what certainly cannot win. */
    public boolean soundRacing() {
      return racing.isPresent() && racing.getAsDouble() == 1;
    }

    /**
     * Sublayers in the smallest cut; an expert is one part of as many as there are in its FFN.
     *
     * @param experts of the model
     */
    public double leastCut(Optional<Experts> experts) {
      return switch (candidates) {
        case ALL, ATTENTION, FFN -> 1;
        case BLOCK -> 2;
        case EXPERT -> 1.0 / experts.map(Experts::count).orElse(1);
      };
    }
  }

  /**
   * What becomes of a sublayer that is cut.
   *
   * @param other checkpoint whose weights are mixed in; of {@link Kind#INTERPOLATE} alone
   * @param alpha the other's share, 0 to 1; 0 where there is none
   */
  public record Treatment(Kind kind, Optional<String> other, double alpha) {
    /** It is gone. */
    public static final Treatment REMOVE = new Treatment(Kind.REMOVE, Optional.empty(), 0);

    /** The kinds of treatment. */
    public enum Kind {
      /** It is gone, and its norm with it. */
      REMOVE,
      /** It is run twice (Llama SLayer, arXiv 2410.02330). */
      DUPLICATE,
      /** It is run with weights between two checkpoints' (arXiv 2307.06966). */
      INTERPOLATE
    }
  }

  /**
   * The first rows of a task, on which accuracy is measured; the rows after them are held out.
   *
   * @param name of a task or a group, or the path of a task file
   * @param data where its data lies; empty looks in the hub's cache
   * @param rows of each task, from the first
   */
  public record Task(String name, Optional<String> data, int rows) {}

  /**
   * How much work strategies that draw or widen put in; each reads only its own numbers.
   *
   * @param samples permutations that Shapley values are estimated from
   * @param window neighbours in the longest window of the window scan
   * @param width sets of each size that a beam keeps
   * @param offspring variants measured in a generation of EvoPress, or in a step of the gates
   * @param generations of EvoPress, steps of the gates; empty is the strategy's own rule
   * @param balanced whether EvoPress cuts as many attentions as FFNs
   * @param ratios shares of sublayers that sets are searched for, rising
   */
  public record Effort(
      int samples,
      int window,
      int width,
      int offspring,
      OptionalInt generations,
      boolean balanced,
      List<Double> ratios) {
    /** What a plan asks for that says nothing of it. */
    public static final Effort USUAL =
        new Effort(16, 3, 4, 32, OptionalInt.empty(), false, List.of());

    public Effort {
      ratios = List.copyOf(ratios);
    }
  }

  /** What one step may cut. */
  public enum CandidateKind {
    ALL,
    ATTENTION,
    FFN,
    BLOCK,
    /** Single experts of FFNs that are mixtures. */
    EXPERT
  }

  /** Which of equal candidates comes first. */
  public enum TieOrder {
    /** FinerCut's released code: module names sorted as strings, so block 10 comes before block 2. */
    RELEASED,
    /** The order of execution. */
    NATURAL
  }

  /**
   * When a search ends: at the first bound that is met.
   *
   * @param sublayers share of sublayers to cut: the search stops once {@code floor(share * total)}
   *     are cut
   * @param parameters stop once at least this share of parameters is cut
   * @param divergence stop before the cut whose score is above this bound
   */
  public record Until(
      OptionalDouble sublayers, OptionalDouble parameters, OptionalDouble divergence) {}

  /**
   * How the work is run; no number of a result depends on it beyond rounding.
   *
   * @param device {@code cpu}, {@code gpu} or {@code gpu:N}
   * @param dtype float32, bfloat16 or float16; empty takes the checkpoint's on GPU, float32 on CPU
   * @param memory budget in bytes; empty takes a share of what is free
   * @param batchTokens token positions in one batch
   * @param slice candidates evaluated, and journalled, together
   * @param stack hidden states in one native call; empty takes 1 on CPU and 16 on GPU
   * @param threads of the tensor library; empty takes all cores
   * @param boundaryCache whether states are kept for the next step
   */
  public record Execution(
      String device,
      Optional<String> dtype,
      Optional<Long> memory,
      int batchTokens,
      int slice,
      OptionalInt stack,
      OptionalInt threads,
      boolean boundaryCache) {}
}
