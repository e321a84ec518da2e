/** Runs one sublayer on hidden states. Shapes: B rows in a batch, T token positions, H hidden size, V vocabulary, N variants in flight. */
@NullMarked
package dev.sluice.harness.engine;

import org.jspecify.annotations.NullMarked;
