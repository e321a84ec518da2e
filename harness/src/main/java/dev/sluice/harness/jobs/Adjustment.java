package dev.sluice.harness.jobs;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be changed about a job; what is empty stays.
 *
 * @param memory as the plan key of that name, or {@code auto}
 */
public record Adjustment(OptionalInt priority, Optional<String> memory) {}
