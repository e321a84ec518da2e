/** What two models say of one text, token by token, as llama.cpp sums it up. */
@NullMarked
package dev.sluice.scorers.divergence;

import org.jspecify.annotations.NullMarked;
