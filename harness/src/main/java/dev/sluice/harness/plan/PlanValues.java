package dev.sluice.harness.plan;

import dev.sluice.harness.plan.PlanProblemsException.Problem;
import dev.sluice.scorers.NearestName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The values given for a plan, checked key by key; collects all problems. A value that does not fit
 * counts as not given, so that the checks after it can go on.
 */
final class PlanValues {
  private static final int SHOWN = 80;

  private final Map<PlanKey, String> given = new EnumMap<>(PlanKey.class);
  private final Set<PlanKey> wrong = EnumSet.noneOf(PlanKey.class);
  private final List<Problem> problems;

  /**
   * @param values by key id
   * @param problems found so far
   */
  PlanValues(Map<String, String> values, List<String> problems) {
    this.problems = new ArrayList<>();
    problems.forEach(text -> this.problems.add(new Problem(Optional.empty(), text)));
    values.forEach(
        (id, text) -> PlanKey.byId(id).ifPresentOrElse(key -> check(key, text), () -> unknown(id)));
  }

  private void check(PlanKey key, String text) {
    String value = text.strip();
    key.type()
        .problem(value)
        .ifPresentOrElse(
            rule -> {
              wrong.add(key);
              problem(key.id(), key.id() + " " + quoted(text) + ": " + rule);
            },
            () -> given.put(key, value));
  }

  private void unknown(String id) {
    problem(id, "unknown key " + quoted(id) + NearestName.hint(id, PlanKey.ids()));
  }

  void problem(PlanKey key, String line) {
    problem(key.id(), line);
  }

  private void problem(String key, String line) {
    problems.add(Problem.of(key, line));
  }

  /** Fail with all problems, one a line, if there is any. */
  void requireNone(String source) {
    if (!problems.isEmpty()) {
      throw new PlanProblemsException(source, problems);
    }
  }

  boolean has(PlanKey key) {
    return given.containsKey(key);
  }

  /** The value that was given. */
  Optional<String> optional(PlanKey key) {
    return Optional.ofNullable(given.get(key));
  }

  /** The value that was given or is the default; for keys that have one. */
  String text(PlanKey key) {
    return optional(key).or(key::fallback).orElseThrow();
  }

  /** The value that was given; a problem, and an empty text, where none was. */
  String required(PlanKey key) {
    if (!has(key) && !wrong.contains(key)) {
      problem(
          key, key.id() + " is missing: give --" + key.id() + " or a line '" + key.id() + ": ...'");
    }
    return optional(key).orElse("");
  }

  <E extends Enum<E>> E choice(PlanKey key, Class<E> type) {
    return Enum.valueOf(type, text(key).toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  StrategyName strategy() {
    return StrategyName.byId(text(PlanKey.STRATEGY)).orElseThrow();
  }

  /** The numbers of a {@link PlanType.Decimals} key; none where none is given. */
  List<Double> decimals(PlanKey key) {
    return optional(key).map(((PlanType.Decimals) key.type())::read).orElse(List.of());
  }

  /** The names of a {@link PlanType.Choices} key. */
  List<String> choices(PlanKey key) {
    return ((PlanType.Choices) key.type()).read(text(key));
  }

  long whole(PlanKey key) {
    return Long.parseLong(text(key));
  }

  OptionalInt optionalInt(PlanKey key) {
    return has(key) ? OptionalInt.of(Math.toIntExact(whole(key))) : OptionalInt.empty();
  }

  /**
   * The number of a {@link PlanType.Decimal} key; empty where none is given and none the default.
   */
  OptionalDouble decimal(PlanKey key) {
    PlanType.Decimal type = (PlanType.Decimal) key.type();
    Optional<String> text = optional(key).or(key::fallback);
    return text.isPresent() ? type.read(text.get()) : OptionalDouble.empty();
  }

  /** The size of a {@link PlanType.Bytes} key, if given. */
  Optional<Long> bytes(PlanKey key) {
    return optional(key).map(((PlanType.Bytes) key.type())::read);
  }

  boolean on(PlanKey key) {
    return ((PlanType.Switch) key.type()).read(text(key));
  }

  /** A value for a message: quoted, on one line, not too long. */
  static String quoted(String text) {
    String start = text.substring(0, Math.min(text.length(), SHOWN));
    return "'" + shortened(start) + (text.length() > SHOWN ? "..." : "") + "'";
  }

  /** A text for a message: on one line, not too long. */
  static String shortened(String text) {
    String start = text.substring(0, Math.min(text.length(), 3 * SHOWN));
    return start.replaceAll("\\p{Cntrl}", " ");
  }
}
