/** How far work is, shown while it runs, on a terminal or as lines. */
@NullMarked
package dev.sluice.harness.progress;

import org.jspecify.annotations.NullMarked;
