/** Who proposes: FinerCut's greedy search and the controls it is held against. */
@NullMarked
package dev.sluice.harness.strategy;

import org.jspecify.annotations.NullMarked;
