/** Text and chance as Python has them, and the pre-processing of data sets with them. */
@NullMarked
package dev.sluice.benchmarks.task.text;

import org.jspecify.annotations.NullMarked;
