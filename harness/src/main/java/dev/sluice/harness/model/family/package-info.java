/** What the text file of a model family says: keys of its config.json, switches of its decoder, names of its tensors. */
@NullMarked
package dev.sluice.harness.model.family;

import org.jspecify.annotations.NullMarked;
