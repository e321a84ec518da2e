package dev.sluice.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dashboards.grafana.Dashboard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps the committed dashboards what the code makes. */
class DashboardFilesTest {
  private static final Path FOLDER = Generated.MODULE.resolve("grafana");

  static Stream<Dashboard> dashboards() {
    return Dashboards.all().stream();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void committedFileIsWhatTheCodeMakes(Dashboard dashboard) throws IOException {
    Generated.isCurrent(FOLDER.resolve(dashboard.uid() + ".json"), dashboard.json());
  }

  @Test
  void thereAreNoOtherFiles() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".json")))
          .containsExactlyInAnyOrderElementsOf(
              dashboards().map(dashboard -> dashboard.uid() + ".json").toList());
    }
  }
}
