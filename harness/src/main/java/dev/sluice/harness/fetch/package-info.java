/** Downloads from the Hugging Face hub into its local cache, in the layout that its own tools use. */
@NullMarked
package dev.sluice.harness.fetch;

import org.jspecify.annotations.NullMarked;
