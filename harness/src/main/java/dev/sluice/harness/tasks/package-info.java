/** Tasks put to variants: requests to tokens, log-likelihoods to accuracy, as lm-eval does both. */
@NullMarked
package dev.sluice.harness.tasks;

import org.jspecify.annotations.NullMarked;
