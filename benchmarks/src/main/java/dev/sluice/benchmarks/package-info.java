/** What the model is asked: prompts as cold streams, and the calibration text cut from them. */
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
