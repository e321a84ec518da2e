/**
 * Benchmark tasks, from their YAML files to the texts that a model is asked, byte for byte as
 * lm-evaluation-harness 0.4.13 asks them, or without its slips.
 */
@NullMarked
package dev.sluice.benchmarks.task;

import org.jspecify.annotations.NullMarked;
