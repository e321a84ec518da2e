package dev.sluice.harness.comparison;

import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.ScoredItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Fetches the texts of items that only one of two variants gets right. */
final class FlipFinder {
  private final Map<EvaluationReader, Map<Place, ScoredItem>> items = new HashMap<>();
  private final Map<String, Entry> entries = new HashMap<>();
  private final List<Found> found = new ArrayList<>();

  private record Place(String task, long doc) {}

  private record Found(PairedDifference.Pair pair, Place place, boolean gained) {}

  FlipFinder(List<Entry> all) {
    all.forEach(entry -> entries.put(entry.label(), entry));
  }

  /**
   * Note the first flips of a pair on a task, of its headline metric.
   *
   * @param most of lost and of gained items each
   */
  void note(Unit unit, PairedDifference.Pair pair, long most) {
    int lost = 0;
    int gained = 0;
    for (Unit.Common c : unit.common(pair.first(), pair.second())) {
      boolean first = c.part().of(pair.first(), c.doc()).right(pair.measured());
      boolean second = c.part().of(pair.second(), c.doc()).right(pair.measured());
      if (first != second && (second ? gained++ : lost++) < most) {
        found.add(new Found(pair, new Place(c.part().task().name(), c.doc()), second));
      }
    }
  }

  /** The noted flips in their order, read from the evaluations. */
  List<Flip> read() {
    Map<EvaluationReader, Set<Place>> wanted = new HashMap<>();
    for (Found flip : found) {
      wanted.computeIfAbsent(reader(flip.pair.first()), r -> new HashSet<>()).add(flip.place);
      wanted.computeIfAbsent(reader(flip.pair.second()), r -> new HashSet<>()).add(flip.place);
    }
    wanted.forEach((reader, places) -> items.put(reader, items(reader, places)));
    return found.stream().map(this::flip).toList();
  }

  private static Map<Place, ScoredItem> items(EvaluationReader reader, Set<Place> places) {
    Map<Place, ScoredItem> items = new HashMap<>();
    reader.items(item -> {
      String task = reader.evaluation().tasks().get(item.task()).name();
      Place place = new Place(task, item.docId());
      if (places.contains(place)) {
        items.put(place, item);
      }
    });
    return items;
  }

  private Flip flip(Found flip) {
    ScoredItem first = item(flip.pair.first(), flip.place);
    ScoredItem second = item(flip.pair.second(), flip.place);
    return new Flip(
        flip.pair,
        flip.place.task,
        flip.place.doc,
        flip.gained,
        first.requests(),
        first.choices(),
        first.gold(),
        first.of(entry(flip.pair.first()).variant().name()),
        second.of(entry(flip.pair.second()).variant().name()));
  }

  private ScoredItem item(String label, Place place) {
    ScoredItem item = items.getOrDefault(reader(label), Map.of()).get(place);
    if (item == null) {
      throw new IllegalStateException(place + " of " + label + " was there before");
    }
    return item;
  }

  private EvaluationReader reader(String label) {
    return entry(label).evaluation();
  }

  private Entry entry(String label) {
    Entry entry = entries.get(label);
    if (entry == null) {
      throw new IllegalArgumentException("no variant " + label);
    }
    return entry;
  }
}
