/** Parquet files, read and written row by row: the one place that knows DuckDB. */
@NullMarked
package dev.sluice.benchmarks.parquet;

import org.jspecify.annotations.NullMarked;
