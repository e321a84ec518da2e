/** What we change: which sublayers a variant cuts and how much of the model that leaves. */
@NullMarked
package dev.sluice.harness.variant;

import org.jspecify.annotations.NullMarked;
