/** How far a variant's output is from the intact model's, and the value that says so. */
@NullMarked
package dev.sluice.scorers;

import org.jspecify.annotations.NullMarked;
