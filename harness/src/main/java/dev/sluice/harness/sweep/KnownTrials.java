package dev.sluice.harness.sweep;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.ScoringTask.Kind;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The trials that the journal holds, so that no variant is scored twice on the same rows. */
final class KnownTrials {
  private record Place(int step, Candidate candidate) {}

  private record Scored(Variant variant, int rows) {}

  private final Map<Place, Trial> steps = new HashMap<>();
  private final Map<Scored, Trial> scored = new HashMap<>();

  void add(Kind kind, int rows, List<Trial> trials) {
    for (Trial trial : trials) {
      if (kind == Kind.STEP) {
        steps.put(new Place(trial.step(), trial.candidate()), trial);
      }
      if (trial.outcome() == Trial.Outcome.SCORED) {
        scored.putIfAbsent(new Scored(trial.variant(), rows), trial);
      }
    }
  }

  /** The trial as a task asks for it. */
  Optional<Trial> find(ScoringTask task, Candidate candidate) {
    return inStep(task, candidate).or(() -> elsewhere(task, candidate));
  }

  /** The trial of a step that the journal holds as this step's: it may have been dropped. */
  Optional<Trial> inStep(ScoringTask task, Candidate candidate) {
    return task.kind() == Kind.STEP
        ? Optional.ofNullable(steps.get(new Place(task.number(), candidate)))
        : Optional.empty();
  }

  private Optional<Trial> elsewhere(ScoringTask task, Candidate candidate) {
    return Optional.ofNullable(scored.get(new Scored(task.variant(candidate), task.rows())))
        .map(t -> t.in(task.number(), candidate));
  }

  /** The trials of a task so far. */
  Stream<Trial> of(ScoringTask task) {
    return task.candidates().stream().map(c -> find(task, c)).flatMap(Optional::stream);
  }

  /**
   * The missing candidates in slices, in the order of execution so that neighbours share most. The
   * bounds of slices do not depend on what is missing: a race is decided within a slice.
   *
   * @param size candidates in a slice
   */
  List<List<Candidate>> missing(ScoringTask task, int size) {
    List<Candidate> ordered =
        task.candidates().stream()
            .sorted(
                Comparator.comparing(
                    (Candidate c) -> c.sublayers().stream().findFirst().orElse(Sublayer.at(0))))
            .toList();
    List<List<Candidate>> missing = new ArrayList<>();
    for (int from = 0; from < ordered.size(); from += size) {
      List<Candidate> slice =
          ordered.subList(from, Math.min(from + size, ordered.size())).stream()
              .filter(c -> find(task, c).isEmpty())
              .toList();
      if (!slice.isEmpty()) {
        missing.add(slice);
      }
    }
    return missing;
  }
}
