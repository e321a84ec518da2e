/** The service over HTTP: the contract's operations, event streams, metrics and the page. */
@NullMarked
package dev.sluice.harness.server;

import org.jspecify.annotations.NullMarked;
