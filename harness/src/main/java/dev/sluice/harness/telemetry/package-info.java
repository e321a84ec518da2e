/** What Prometheus is told: the declared meters, the registry that holds them, and who fills them. */
@NullMarked
package dev.sluice.harness.telemetry;

import org.jspecify.annotations.NullMarked;
