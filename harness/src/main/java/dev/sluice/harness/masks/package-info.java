/** Lists of cuts as files: our own form, and those that others publish. */
@NullMarked
package dev.sluice.harness.masks;

import org.jspecify.annotations.NullMarked;
