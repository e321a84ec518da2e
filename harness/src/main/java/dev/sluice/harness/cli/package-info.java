/** The commands, the live terminal display, and the wiring of everything else. */
@NullMarked
package dev.sluice.harness.cli;

import org.jspecify.annotations.NullMarked;
