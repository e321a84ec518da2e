/** Variants as checkpoints that programs for Hugging Face models load. */
@NullMarked
package dev.sluice.harness.export.checkpoint;

import org.jspecify.annotations.NullMarked;
