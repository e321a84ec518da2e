/** Microbenchmarks of what a search spends its time on. */
@NullMarked
package dev.sluice.harness.microbenchmark;

import org.jspecify.annotations.NullMarked;
