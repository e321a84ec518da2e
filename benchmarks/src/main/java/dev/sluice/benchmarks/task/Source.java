package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * Where a task's rows come from.
 *
 * @param dataset id on the hub
 * @param config name of the configuration; empty where there is one only
 * @param split the one that is evaluated
 * @param rows how many the split has; 0 where that is not known
 * @param id field whose values are unique; empty where rows have none
 * @param select values that a row needs to belong to the task; others are passed over
 * @param marked values that every row of the split has; others are of another split
 * @param aliases other places of a field, by the name that the task uses
 */
public record Source(
    String dataset,
    String config,
    String split,
    long rows,
    String id,
    Map<String, String> select,
    Map<String, String> marked,
    Map<String, List<String>> aliases) {
  public Source {
    requireNonNull(dataset, "dataset");
    requireNonNull(config, "config");
    requireNonNull(split, "split");
    requireNonNull(id, "id");
    select = Map.copyOf(select);
    marked = Map.copyOf(marked);
    aliases = Map.copyOf(aliases);
  }

  /** The same data set narrowed to one configuration, by its rows too. */
  Source narrowed(String newConfig, Map<String, String> newSelect) {
    // Counts are those of the whole, so that a part of it has none.
    return new Source(dataset, newConfig, split, 0, id, newSelect, marked, aliases);
  }
}
