/** Recording and alert rules, for Prometheus and, the alerts alone, for Grafana's own alerting. */
@NullMarked
package dev.sluice.dashboards.rules;

import org.jspecify.annotations.NullMarked;
