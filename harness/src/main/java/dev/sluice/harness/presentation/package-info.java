/** How numbers, tables and pages look, wherever results are shown. */
@NullMarked
package dev.sluice.harness.presentation;

import org.jspecify.annotations.NullMarked;
