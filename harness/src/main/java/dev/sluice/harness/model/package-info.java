/** What is on disk: checkpoints, their tensors and the architecture that their config describes. */
@NullMarked
package dev.sluice.harness.model;

import org.jspecify.annotations.NullMarked;
