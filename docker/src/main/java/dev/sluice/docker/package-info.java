/** Checks of what an image and a compose file name. */
@NullMarked
package dev.sluice.docker;

import org.jspecify.annotations.NullMarked;
