package dev.sluice.harness.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.engine.DeviceChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a GPU is certain. */
class GpuIdentityTest {
  private static final DeviceChoice GPU = new DeviceChoice(true, 0);

  @TempDir private Path driver;

  private void gpu(String bus, String uuid) throws IOException {
    Files.writeString(
        Files.createDirectory(driver.resolve(bus)).resolve("information"),
        "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 300\nGPU UUID: \t " + uuid + "\n");
  }

  @Test
  void oneGpuIsNamedAsTheDriverNamesIt() throws IOException {
    gpu("0000:18:00.0", "GPU-5c0a");
    assertThat(GpuIdentity.of(GPU, driver))
        .isEqualTo(new GpuIdentity("GPU-5c0a", "NVIDIA H100 80GB HBM3"));
  }

  @Test
  void ofSeveralGpusNoneIsGuessed() throws IOException {
    gpu("0000:18:00.0", "GPU-5c0a");
    gpu("0000:2a:00.0", "GPU-77ff");
    assertThat(GpuIdentity.of(GPU, driver)).isEqualTo(new GpuIdentity("", ""));
  }

  @Test
  void withoutADriverNothingIsSaid() {
    assertThat(GpuIdentity.of(GPU, driver.resolve("missing"))).isEqualTo(new GpuIdentity("", ""));
    assertThat(GpuIdentity.of(DeviceChoice.CPU)).isEqualTo(new GpuIdentity("", "cpu"));
  }
}
