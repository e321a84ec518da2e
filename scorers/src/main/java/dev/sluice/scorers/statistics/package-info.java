/** Moments, percentiles, intervals and paired tests: what a number, and a difference, is worth. */
@NullMarked
package dev.sluice.scorers.statistics;

import org.jspecify.annotations.NullMarked;
