/** Running moments, percentiles and paired bounds: what a number is worth. */
@NullMarked
package dev.sluice.scorers.statistics;

import org.jspecify.annotations.NullMarked;
