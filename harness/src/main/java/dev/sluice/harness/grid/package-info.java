/** Grids: many sweeps as one, sharing every variant that two of them ask for. */
@NullMarked
package dev.sluice.harness.grid;

import org.jspecify.annotations.NullMarked;
