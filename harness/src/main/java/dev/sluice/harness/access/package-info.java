/** Who may talk to the service: the token, sessions of browsers, names of this host. */
@NullMarked
package dev.sluice.harness.access;

import org.jspecify.annotations.NullMarked;
