/** The variants of a sweep taken together: how flat the model is around what was trained. */
@NullMarked
package dev.sluice.harness.landscape;

import org.jspecify.annotations.NullMarked;
