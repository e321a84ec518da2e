package dev.sluice.harness.export.gguf;

import dev.sluice.harness.gguf.GgufTensor;

/** A tensor that is going to be written. */
record PlannedTensor(GgufTensor tensor, TensorSource source) {}
