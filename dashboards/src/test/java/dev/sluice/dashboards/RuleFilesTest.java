package dev.sluice.dashboards;

import dev.sluice.dashboards.rules.RuleFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps the committed rules what the code makes. */
class RuleFilesTest {
  private static final Path RULES = Generated.MODULE.resolve("prometheus/rules");

  @Test
  void recordingRulesAreWhatTheCodeMakes() throws IOException {
    Generated.isCurrent(RULES.resolve("sluice-recording.yml"), RuleFiles.recording());
  }

  @Test
  void alertsAreWhatTheCodeMakes() throws IOException {
    Generated.isCurrent(RULES.resolve("sluice-alerts.yml"), RuleFiles.alerts());
  }

  @Test
  void alertsOfGrafanaAreWhatTheCodeMakes() throws IOException {
    Generated.isCurrent(
        Generated.MODULE.resolve("grafana/provisioning/alerting/sluice.yml"),
        RuleFiles.grafanaAlerts());
  }
}
