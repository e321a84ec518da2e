/** The part of Grafana's classic dashboard JSON that is used, as records that Jackson writes. */
@NullMarked
package dev.sluice.dashboards.grafana;

import org.jspecify.annotations.NullMarked;
