/** Writes a variant as one GGUF file that llama.cpp runs without the cut work, and reads such files back. */
@NullMarked
package dev.sluice.harness.export.gguf;

import org.jspecify.annotations.NullMarked;
