/** What stands behind the service's jobs: what may be asked for, and who does it. */
@NullMarked
package dev.sluice.harness.service;

import org.jspecify.annotations.NullMarked;
