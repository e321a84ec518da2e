/** The JSON documents of the service's contract, made from jobs and from what the journal folder holds. */
@NullMarked
package dev.sluice.harness.documents;

import org.jspecify.annotations.NullMarked;
