package dev.sluice.harness.service;

import dev.sluice.harness.plan.PlanProblemsException;
import dev.sluice.harness.plan.PlanProblemsException.Problem;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects what is wrong with a request, so that all of it can be said at once. */
final class Problems {
  private final List<Problem> found = new ArrayList<>();

  void add(String key, String text) {
    found.add(Problem.of(key, text));
  }

  /** Does something; empty where that finds a plan's problems, which are noted. */
  <T> Optional<T> noting(Supplier<T> check) {
    try {
      return Optional.of(check.get());
    } catch (PlanProblemsException e) {
      found.addAll(e.problems());
      return Optional.empty();
    }
  }

  /** Does something that is about a key; empty where that cannot be done, which is noted. */
  <T> Optional<T> noting(String key, Supplier<T> check) {
    try {
      return Optional.of(check.get());
    } catch (PrerequisiteException e) {
      add(key, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  boolean none() {
    return found.isEmpty();
  }

  /** Fail with all that was found, if there is any. */
  void requireNone(String source) {
    if (!found.isEmpty()) {
      throw new PlanProblemsException(source, found);
    }
  }
}
