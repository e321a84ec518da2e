/** Looks at the intact model depth by depth: what its hidden states say of where it can be cut. */
@NullMarked
package dev.sluice.harness.profile;

import org.jspecify.annotations.NullMarked;
