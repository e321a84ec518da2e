/** The dashboards themselves, from overview to engine, and the files that they and the rules make. */
@NullMarked
package dev.sluice.dashboards;

import org.jspecify.annotations.NullMarked;
