/** Durable results: one SQLite file a sweep, appended to by one writer, readable while it is written. */
@NullMarked
package dev.sluice.harness.journal;

import org.jspecify.annotations.NullMarked;
