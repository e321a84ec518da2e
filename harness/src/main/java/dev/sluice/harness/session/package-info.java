/** What a command has open while it works: model, engine, prompts and journal, wired together. */
@NullMarked
package dev.sluice.harness.session;

import org.jspecify.annotations.NullMarked;
