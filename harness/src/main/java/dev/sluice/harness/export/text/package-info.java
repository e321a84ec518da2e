/** What is written as text: recipes from which other programs make a variant, and the card of any export. */
@NullMarked
package dev.sluice.harness.export.text;

import org.jspecify.annotations.NullMarked;
