/** The depths of an intact model compared: what was found, and how people and programs read it. */
@NullMarked
package dev.sluice.harness.depths;

import org.jspecify.annotations.NullMarked;
