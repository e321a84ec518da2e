/** How far a variant's predictions of a text are from another model's, in llama.cpp's conventions. */
@NullMarked
package dev.sluice.harness.divergence;

import org.jspecify.annotations.NullMarked;
