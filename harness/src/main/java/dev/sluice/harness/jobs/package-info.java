/** What the service was asked to do: jobs in line for one device, and streams of their events. */
@NullMarked
package dev.sluice.harness.jobs;

import org.jspecify.annotations.NullMarked;
