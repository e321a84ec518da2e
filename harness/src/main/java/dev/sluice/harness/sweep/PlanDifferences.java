package dev.sluice.harness.sweep;

import dev.sluice.harness.plan.StrategyName;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What keeps a sweep from going on under another plan: everything that a result depends on. Where the
 * model and the text lie does not count, as their digests do; nor does how the work is run (but for
 * the resolved dtype), the sweep's name and folder, the device, or the versions of Sluice and Java.
 */
public final class PlanDifferences {
  /** Components that may differ; {@code rows}, {@code places} and {@code tokens} follow from the digest. */
  private static final Set<String> FREE =
      Set.of(
          "plan.name",
          "plan.model",
          "plan.calibration.file",
          "plan.execution",
          "plan.journal",
          "device",
          "version",
          "java",
          "rows",
          "places",
          "tokens");

  /** What a component is called in plans, where that is not its own name. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("plan.calibration.field", "calibration-field"),
          Map.entry("plan.calibration.preset", "calibration-preset"),
          Map.entry("plan.search.objective", "measure"),
          Map.entry("plan.search.treatment.kind", "treatment"),
          Map.entry("plan.search.until.sublayers", "until"),
          Map.entry("plan.search.until.parameters", "until-parameters"),
          Map.entry("plan.search.until.divergence", "until-divergence"),
          Map.entry("plan.search.seed", "search seed"),
          Map.entry("weightsDigest", "weights digest"),
          Map.entry("tokenizerDigest", "tokenizer digest"),
          Map.entry("calibrationDigest", "calibration digest"));

  private final List<String> found = new ArrayList<>();

  private PlanDifferences() {}

  /** Each difference as {@code measure: journal has ag, plan has kl}; empty where there is none. */
  public static List<String> between(SweepStarted existing, SweepStarted asked) {
    PlanDifferences differences = new PlanDifferences();
    differences.compare("plan.", existing.plan(), asked.plan());
    differences.compare("", existing.provenance(), asked.provenance());
    return List.copyOf(differences.found);
  }

  /** Fail, naming every difference, unless the sweep may go on as asked. */
  public static void requireSame(SweepStarted existing, SweepStarted asked) {
    List<String> differences = between(existing, asked);
    if (!differences.isEmpty()) {
      throw new PrerequisiteException(
          "sweep '"
              + existing.plan().name()
              + "' was begun differently: "
              + String.join("; ", differences)
              + ". Resume it with its own plan, or give this one another name");
    }
  }

  /** New components of a record are compared without being mentioned here. */
  private void compare(String prefix, Record journal, Record plan) {
    for (RecordComponent component : journal.getClass().getRecordComponents()) {
      String path = prefix + component.getName();
      Object a = value(component, journal);
      Object b = value(component, plan);
      if (FREE.contains(path) || a.equals(b)) {
        continue;
      }
      if (a instanceof Record left
          && b instanceof Record right
          && left.getClass() == right.getClass()) {
        compare(path + ".", left, right);
      } else {
        found.add(name(path) + ": journal has " + text(a) + ", plan has " + text(b));
      }
    }
  }

  private static Object value(RecordComponent component, Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("records are public here: " + component, e);
    }
  }

  private static String name(String path) {
    String plain =
        path.replaceFirst("^plan\\.(calibration\\.|search\\.((effort|treatment)\\.)?)?", "")
            .replace('.', ' ');
    return NAMES.getOrDefault(path, plain);
  }

  private static String text(Object value) {
    return switch (value) {
      case Measure measure -> measure.id();
      case StrategyName strategy -> strategy.id();
      case SweepPlan.Task task ->
          task.name()
              + task.data().map(place -> " in " + place).orElse("")
              + ", "
              + task.rows()
              + " rows";
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      case Optional<?> o -> o.map(PlanDifferences::text).orElse("none");
      case OptionalDouble o -> o.isPresent() ? Double.toString(o.getAsDouble()) : "none";
      case OptionalInt o -> o.isPresent() ? Integer.toString(o.getAsInt()) : "none";
      case List<?> list ->
          list.stream().map(PlanDifferences::text).collect(Collectors.joining(","));
      default -> String.valueOf(value);
    };
  }
}
