/** Writes a variant in forms that other programs load. */
@NullMarked
package dev.sluice.harness.export;

import org.jspecify.annotations.NullMarked;
