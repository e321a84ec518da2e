/** The experiment: a plan, the strategy that proposes, the trials it gets and the events they make. */
@NullMarked
package dev.sluice.harness.sweep;

import org.jspecify.annotations.NullMarked;
