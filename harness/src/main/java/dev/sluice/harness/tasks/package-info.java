/** Benchmark tasks put to variants: answers to accuracies and perplexities, as lm-eval has them. */
@NullMarked
package dev.sluice.harness.tasks;

import org.jspecify.annotations.NullMarked;
