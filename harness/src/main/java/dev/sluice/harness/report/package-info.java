/** What a sweep found, for people and programs: text, JSON and one self-contained HTML page. */
@NullMarked
package dev.sluice.harness.report;

import org.jspecify.annotations.NullMarked;
