/** The plan of a sweep: its keys, read from YAML and options, checked as a whole, and hashed. */
@NullMarked
package dev.sluice.harness.plan;

import org.jspecify.annotations.NullMarked;
