package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A benchmark: which rows, what is asked about each, and what is reported.
 *
 * @param version changes whenever scores do
 * @param measures what it is about, for people
 * @param licence of the data
 * @param metrics in the order in which they are reported
 * @param fewShot null where it takes no shots
 * @param groups whose mean it is part of, the widest first
 */
public record Task(
    String name,
    String version,
    String measures,
    String licence,
    Source source,
    RequestKind request,
    Prompting lmEval,
    Prompting clean,
    @Nullable Gold gold,
    Set<Metric> metrics,
    @Nullable FewShot fewShot,
    List<String> groups) {
  public Task {
    requireNonNull(name, "name");
    requireNonNull(version, "version");
    requireNonNull(measures, "measures");
    requireNonNull(licence, "licence");
    requireNonNull(source, "source");
    requireNonNull(request, "request");
    requireNonNull(lmEval, "lmEval");
    requireNonNull(clean, "clean");
    metrics = Collections.unmodifiableSet(new LinkedHashSet<>(metrics));
    groups = List.copyOf(groups);
  }

  /** The wording that holds in a mode. */
  public Prompting prompting(ScoringMode mode) {
    return switch (mode) {
      case LM_EVAL -> lmEval;
      case CLEAN -> clean;
    };
  }

  /** Where its shots come from; empty where it takes none. */
  public Optional<FewShot> shots() {
    return Optional.ofNullable(fewShot);
  }
}
