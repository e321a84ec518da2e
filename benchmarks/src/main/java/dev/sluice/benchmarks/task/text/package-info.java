/**
 * Text and chance as Python has them, and the pre-processing that lm-evaluation-harness does with
 * them: what decides whether two harnesses ask a model the same bytes.
 */
@NullMarked
package dev.sluice.benchmarks.task.text;

import org.jspecify.annotations.NullMarked;
