/** PromQL expressions over declared series: no name of a meter or label is written as text. */
@NullMarked
package dev.sluice.dashboards.promql;

import org.jspecify.annotations.NullMarked;
