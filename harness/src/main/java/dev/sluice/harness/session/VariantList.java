package dev.sluice.harness.session;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.Treatment.Kind;
import dev.sluice.harness.strategy.FixedOrder;
import dev.sluice.harness.strategy.RandomOrder;
import dev.sluice.harness.strategy.ReverseOrder;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The variants that a user names, separated by commas, each under the name that it keeps in results:
 * {@code intact}, {@code SWEEP@0.25} (a sweep's cuts up to a share of sublayers), {@code SWEEP@all}
 * (each of its steps, under its share), {@code cut:3.ffn;9.attention}, {@code mask:FILE} and {@code
 * mask:FILE@0.25} (a list of cuts, or its first up to a share), {@code random:0.25:seed=7} and {@code
 * reverse:0.25} as controls. {@code NAME=...} gives another name.
 */
public final class VariantList {
  private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,99})=(.+)");
  private static final Pattern SWEEP = Pattern.compile("(.+)@([0-9.]+)");
  private static final Pattern ALL_STEPS = Pattern.compile("(.+)@all");
  private static final String MASK = "mask:";
  private static final Pattern CONTROL =
      Pattern.compile("(random|reverse):([0-9.]+)(?::seed=(-?\\d{1,18}))?");

  /** Keeps shares such as 0.29, which have no exact binary form, from losing a cut. */
  private static final double ROUNDING = 1e-9;

  private final ModelConfig config;
  private final String weights;
  private final JournalFolder journals;

  /**
   * @param weights digest of the model, which a sweep's must equal
   */
  public VariantList(ModelConfig config, String weights, JournalFolder journals) {
    this.config = config;
    this.weights = weights;
    this.journals = journals;
  }

  /**
   * A variant under the name that it keeps.
   *
   * @param searched by measure, what its sweep measured; empty for others
   * @param cuts of the variant, in their order where it is known, and where they come from
   */
  public record Named(String name, Variant variant, Map<String, Double> searched, CutList cuts) {

    /** A variant of which nothing else is known. */
    public Named(String name, Variant variant) {
      this(name, variant, Map.of(), CutList.of(variant));
    }

    Named(String name, CutList cuts) {
      this(name, cuts.variant(), Map.of(), cuts);
    }
  }

  /**
   * The plan of the sweep that a variant comes from.
   *
   * @throws PrerequisiteException if it comes from none, or the sweep is not there
   */
  public static SweepPlan planOf(String variant, JournalFolder journals) {
    Matcher named = NAMED.matcher(variant.strip());
    String what =
        named.matches() && !named.group(1).contains(":") ? named.group(2) : variant.strip();
    return Stream.of(SWEEP, ALL_STEPS)
        .map(p -> p.matcher(what))
        .filter(Matcher::matches)
        .map(sweep -> begun(sweep.group(1), journals).plan())
        .findFirst()
        .orElseThrow(() ->
            new PrerequisiteException(
                "--model is missing: variant '"
                    + variant
                    + "' comes from no sweep, which would name it"));
  }

  /** The variants in their order, each name and each variant once. */
  public List<Named> parse(String text) {
    List<Named> variants = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher named = NAMED.matcher(part.strip());
      // The seed of a control is no name.
      boolean hasName = named.matches() && !named.group(1).contains(":");
      String what = hasName ? named.group(2) : part.strip();
      String name = hasName ? named.group(1) : what;
      Matcher steps = ALL_STEPS.matcher(what);
      if (steps.matches()) {
        steps(hasName ? name : steps.group(1), steps.group(1)).forEach(v -> add(v, variants));
      } else {
        add(variant(name, what), variants);
      }
    }
    return variants;
  }

  private void add(Named variant, List<Named> to) {
    variant.variant().requireWithin(config);
    boolean twice =
        to.stream()
            .anyMatch(
                v -> v.name().equals(variant.name()) || v.variant().equals(variant.variant()));
    if (twice) {
      throw new PrerequisiteException(
          "variants: '"
              + variant.name()
              + "' is there twice, or cuts what another one cuts. Name each once");
    }
    to.add(variant);
  }

  /** Each step of a sweep under the least share, in four digits, that asks for it. */
  private List<Named> steps(String name, String sweep) {
    SweepState state = sweep(sweep);
    if (state.steps().isEmpty()) {
      throw new PrerequisiteException("sweep '" + sweep + "' has no cuts yet: let it go on");
    }
    return state.steps().stream().map(step -> named(name, state, step)).toList();
  }

  private Named named(String name, SweepState state, Step step) {
    BigDecimal share =
        BigDecimal.valueOf(step.variant().sublayers(config) / config.sublayers() - ROUNDING)
            .setScale(4, RoundingMode.UP)
            .stripTrailingZeros();
    return found(name + "@" + share.toPlainString(), state, step);
  }

  private static Named found(String name, SweepState state, Step step) {
    return new Named(
        name,
        step.variant(),
        Map.of(state.plan().search().objective().id(), step.score()),
        SweepCuts.of(state, step));
  }

  private Named variant(String name, String text) {
    Matcher control = CONTROL.matcher(text);
    Matcher sweep = SWEEP.matcher(text);
    if (text.equals("intact")) {
      return new Named(name, Variant.intact());
    } else if (text.startsWith("cut:")) {
      return new Named(name, Variant.parse(text.substring("cut:".length())));
    } else if (text.startsWith(MASK)) {
      return ofMask(name, text);
    } else if (control.matches()) {
      return new Named(name, control(control));
    } else if (sweep.matches()) {
      return ofSweep(name, sweep.group(1), share(sweep.group(2)));
    }
    throw new PrerequisiteException(
        "variant '"
            + text
            + "': write intact, SWEEP@0.25, SWEEP@all, cut:3.ffn;9.attention, mask:FILE@0.25,"
            + " random:0.25:seed=7 or reverse:0.25, with commas between them");
  }

  /** Under the file's name without its folder, unless it is given another. */
  private Named ofMask(String name, String text) {
    MaskChoice choice = MaskChoice.parse(text.substring(MASK.length()), VariantList::share);
    CutList cuts = choice.cuts(config, this::sublayers);
    return new Named(name.equals(text) ? MASK + choice.shown() : name, cuts);
  }

  private static double share(String text) {
    try {
      double share = Double.parseDouble(text);
      if (share > 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      // Falls through to the same message.
    }
    throw new PrerequisiteException("share '" + text + "': write a number above 0 and up to 1");
  }

  private double sublayers(double share) {
    return share * config.sublayers() + ROUNDING;
  }

  private CutList control(Matcher control) {
    int cuts = (int) sublayers(share(control.group(2)));
    String seed = control.group(3);
    List<Candidate> pool = config.sublayerList().stream().map(Candidate::of).toList();
    FixedOrder order =
        control.group(1).equals("random")
            ? new RandomOrder(pool, seed == null ? 0 : Long.parseLong(seed))
            : new ReverseOrder(pool);
    return new CutList(
        order.first(cuts),
        true,
        List.of(),
        Origin.UNKNOWN.foundBy(control.group(1), Optional.empty()));
  }

  private Named ofSweep(String name, String sweep, double share) {
    SweepState state = sweep(sweep);
    if (state.plan().search().treatment().kind() != Kind.REMOVE) {
      throw new PrerequisiteException(
          "sweep '"
              + sweep
              + "' does not remove sublayers (treatment "
              + state.plan().search().treatment().kind().name().toLowerCase(Locale.ROOT)
              + "): its variants cannot be evaluated as cuts. Name a sweep that removes them");
    }
    Optional<Step> last =
        state.steps().stream()
            .filter(step -> step.variant().sublayers(config) <= sublayers(share))
            .reduce((a, b) -> b);
    requireReached(state, last.isPresent(), sweep, share);
    return found(name, state, last.orElseThrow());
  }

  private SweepState sweep(String name) {
    SweepState state = begun(name, journals);
    if (!state.provenance().weightsDigest().equals(weights)) {
      throw new PrerequisiteException(
          "sweep '"
              + name
              + "' was made with other weights ("
              + state.plan().model()
              + "): evaluate that model, or search this one first");
    }
    return state;
  }

  private static SweepState begun(String name, JournalFolder journals) {
    return SweepState.of(journals.read(name))
        .orElseThrow(
            () -> new PrerequisiteException("sweep '" + name + "' has not begun: nothing is cut"));
  }

  private void requireReached(SweepState state, boolean any, String name, double share) {
    double least = state.plan().search().leastCut(config.ffn().experts());
    boolean more =
        any && state.steps().getLast().variant().sublayers(config) + least > sublayers(share);
    if (!more) {
      throw new PrerequisiteException(
          "sweep '"
              + name
              + "' has "
              + state.steps().size()
              + " cuts, too few for "
              + share
              + " of "
              + config.sublayers()
              + " sublayers: name a smaller share, or let it go on with sluice resume "
              + name);
    }
  }
}
