/** Puts requests, as lm-eval makes tokens of them, to every variant once and keeps the answers. */
@NullMarked
package dev.sluice.harness.answers;

import org.jspecify.annotations.NullMarked;
