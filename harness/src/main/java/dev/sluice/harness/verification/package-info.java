/** An export, run beside the variant that it was made of. */
@NullMarked
package dev.sluice.harness.verification;

import org.jspecify.annotations.NullMarked;
