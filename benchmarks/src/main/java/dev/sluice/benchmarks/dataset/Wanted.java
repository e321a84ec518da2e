package dev.sluice.benchmarks.dataset;

import static java.util.Objects.requireNonNull;

/**
 * A split that is looked for.
 *
 * @param task or the widest group that it is of
 * @param dataset id on the hub, such as {@code allenai/ai2_arc}
 * @param config empty where the data set has one only
 * @param selects whether the rows of this configuration can be told from others, so that a file of
 *     all configurations serves too
 */
public record Wanted(String task, String dataset, String config, String split, boolean selects) {
  public Wanted {
    requireNonNull(task, "task");
    requireNonNull(dataset, "dataset");
    requireNonNull(config, "config");
    requireNonNull(split, "split");
  }

  /** The same of another configuration. */
  public Wanted of(String newConfig) {
    return new Wanted(task, dataset, newConfig, split, selects);
  }

  /** The data set's id without its organisation. */
  String datasetName() {
    return dataset.substring(dataset.lastIndexOf('/') + 1);
  }
}
