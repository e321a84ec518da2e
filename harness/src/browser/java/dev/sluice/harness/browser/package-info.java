/** The live page in a real browser on a real service. */
@NullMarked
package dev.sluice.harness.browser;

import org.jspecify.annotations.NullMarked;
