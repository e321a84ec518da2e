/** Evaluations side by side: what a cut costs, and whether a difference is real. */
@NullMarked
package dev.sluice.harness.comparison;

import org.jspecify.annotations.NullMarked;
