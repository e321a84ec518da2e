/** Searches for the best set of sublayers of each size, which need not hold the smaller ones. */
@NullMarked
package dev.sluice.harness.strategy.sets;

import org.jspecify.annotations.NullMarked;
