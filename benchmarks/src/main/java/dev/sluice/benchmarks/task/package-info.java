/** Benchmark tasks, from their YAML files to the texts that a model is asked. */
@NullMarked
package dev.sluice.benchmarks.task;

import org.jspecify.annotations.NullMarked;
