package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.task.Metric;
import java.util.OptionalDouble;

/**
 * One number that a variant gets on a task.
 *
 * @param standardError as lm-evaluation-harness computes it; empty where it has none
 * @param documents over how many it is taken
 */
public record TaskScore(
    String task, Metric metric, double value, OptionalDouble standardError, long documents) {}
