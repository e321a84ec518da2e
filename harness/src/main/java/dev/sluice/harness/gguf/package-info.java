/** The file format of llama.cpp: its header, as bytes and read back, and where its tensors lie. */
@NullMarked
package dev.sluice.harness.gguf;

import org.jspecify.annotations.NullMarked;
