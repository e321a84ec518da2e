package dev.sluice.harness.session;

import java.util.OptionalLong;

/**
 * Bounds of the work.
 *
 * @param batchTokens tokens of one pack of prompts
 * @param memory bytes; empty takes half of what is free
 */
public record Work(int batchTokens, OptionalLong memory) {}
