/** Runs many variants on many prompts: batches, the wavefront, the boundary cache and running scores. */
@NullMarked
package dev.sluice.harness.evaluation;

import org.jspecify.annotations.NullMarked;
