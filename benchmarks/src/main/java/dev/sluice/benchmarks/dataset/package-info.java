/** Rows of labelled data as they lie in files: where a split is found, how each format is read. */
@NullMarked
package dev.sluice.benchmarks.dataset;

import org.jspecify.annotations.NullMarked;
