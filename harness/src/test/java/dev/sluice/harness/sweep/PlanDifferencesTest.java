package dev.sluice.harness.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.Calibration;
import dev.sluice.harness.plan.SweepPlan.Effort;
import dev.sluice.harness.plan.SweepPlan.Execution;
import dev.sluice.harness.plan.SweepPlan.Search;
import dev.sluice.harness.plan.SweepPlan.Treatment;
import dev.sluice.harness.plan.SweepPlan.Until;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlanDifferencesTest {
  private final SweepStarted journal = SampleSweeps.started();

  @Test
  void equalStartsDoNotDiffer() {
    assertThat(PlanDifferences.between(journal, SampleSweeps.started())).isEmpty();
    PlanDifferences.requireSame(journal, SampleSweeps.started());
  }

  @Test
  void everyDifferenceIsNamedWithBothValues() {
    SweepPlan plan = journal.plan();
    Search search = with(plan.search(), "objective", Measure.KL);
    search = with(search, "exclude", OptionalDouble.of(0.4));
    search = with(search, "until", with(search.until(), "sublayers", OptionalDouble.of(0.25)));
    Provenance from = with(journal.provenance(), "weightsDigest", "ee");
    from =
        with(
            from,
            "config",
            with(from.config(), "ends", with(from.config().ends(), "embeddingScale", 2.0)));
    SweepStarted asked = new SweepStarted(with(plan, "search", search), from);

    assertThat(PlanDifferences.between(journal, asked))
        .containsExactly(
            "measure: journal has ag, plan has kl",
            "exclude: journal has none, plan has 0.4",
            "until: journal has 0.5, plan has 0.25",
            "weights digest: journal has " + "3f".repeat(32) + ", plan has ee",
            "config ends embeddingScale: journal has 1.0, plan has 2.0");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> PlanDifferences.requireSame(journal, asked))
        .withMessageContaining("'sample'")
        .withMessageContaining("measure: journal has ag, plan has kl; exclude: journal has none");
  }

  @Test
  void onlyWhatNoResultDependsOnMayDiffer() {
    TreeSet<String> free = new TreeSet<>();
    for (Change change : changes("", journal)) {
      if (PlanDifferences.between(journal, (SweepStarted) change.to()).isEmpty()) {
        free.add(change.path());
      }
    }
    assertThat(free)
        .containsExactly(
            "plan.calibration.file",
            "plan.execution.batchTokens",
            "plan.execution.boundaryCache",
            "plan.execution.device",
            "plan.execution.dtype",
            "plan.execution.memory",
            "plan.execution.slice",
            "plan.execution.stack",
            "plan.execution.threads",
            "plan.journal",
            "plan.model",
            "plan.name",
            "provenance.device",
            "provenance.java",
            "provenance.places",
            "provenance.rows",
            "provenance.tokens",
            "provenance.version");
  }

  @Test
  void fieldsAreCalledWhatPlansCallThem() {
    assertThat(changes("", journal))
        .extracting(c -> PlanDifferences.between(journal, (SweepStarted) c.to()))
        .allSatisfy(d -> assertThat(d).hasSizeLessThanOrEqualTo(1))
        .filteredOn(d -> !d.isEmpty())
        .extracting(d -> d.getFirst().substring(0, d.getFirst().indexOf(':')))
        .doesNotHaveDuplicates()
        .contains(
            "calibration-field",
            "calibration-preset",
            "sequences",
            "length",
            "select",
            "pool",
            "seed",
            "strategy",
            "measure",
            "measures",
            "candidates",
            "ties",
            "until",
            "until-parameters",
            "until-divergence",
            "racing",
            "search seed",
            "dtype",
            "engine",
            "tokenizer digest",
            "calibration digest",
            "config norm epsilon");
  }

  private record Change(String path, Record to) {}

  /** Every copy of a record in which exactly one leaf differs. */
  private static List<Change> changes(String path, Record record) {
    List<Change> changes = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      String name = component.getName();
      Object value = get(component, record);
      switch (value) {
        case SweepPlan r -> nested(changes, path, record, name, r);
        case Calibration r -> nested(changes, path, record, name, r);
        case Search r -> nested(changes, path, record, name, r);
        case Execution r -> nested(changes, path, record, name, r);
        case Treatment r -> nested(changes, path, record, name, r);
        case Effort r -> nested(changes, path, record, name, r);
        case Until r -> nested(changes, path, record, name, r);
        case Provenance r -> nested(changes, path, record, name, r);
        case ModelConfig r -> nested(changes, path, record, name, r);
        case ModelConfig.Norm r -> nested(changes, path, record, name, r);
        case ModelConfig.Attention r -> nested(changes, path, record, name, r);
        case ModelConfig.FeedForward r -> nested(changes, path, record, name, r);
        case ModelConfig.Positions.Rotary r -> nested(changes, path, record, name, r);
        case ModelConfig.Ends r -> nested(changes, path, record, name, r);
        default -> changes.add(new Change(path + name, with(record, name, other(value))));
      }
    }
    return changes;
  }

  private static void nested(
      List<Change> changes, String path, Record record, String name, Record inner) {
    for (Change change : changes(path + name + ".", inner)) {
      changes.add(new Change(change.path(), with(record, name, change.to())));
    }
  }

  private static Object other(Object value) {
    return switch (value) {
      case String s -> s + "x";
      case Integer i -> i + 1;
      case Long l -> l + 1;
      case Double d -> d + 1;
      case Boolean b -> !b;
      case Optional<?> o -> o.isPresent() ? Optional.empty() : Optional.of("x");
      case OptionalDouble o -> OptionalDouble.of(o.orElse(0) + 0.125);
      case OptionalInt o -> OptionalInt.of(o.orElse(0) + 1);
      case List<?> list -> list.isEmpty() ? List.of(1) : list.subList(1, list.size());
      case RopeScaling ignored -> new RopeScaling.Linear(3);
      case Enum<?> constant ->
          Arrays.stream(constant.getDeclaringClass().getEnumConstants())
              .filter(c -> !c.equals(constant))
              .findFirst()
              .orElseThrow();
      default -> throw new IllegalStateException("teach this test another value: " + value);
    };
  }

  private static <R extends Record> R with(R record, String component, Object value) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values =
        Arrays.stream(components)
            .map(c -> c.getName().equals(component) ? value : get(c, record))
            .toArray();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      @SuppressWarnings("unchecked") // a record's constructor makes that record
      R copy = (R) record.getClass().getDeclaredConstructor(types).newInstance(values);
      return copy;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object get(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
