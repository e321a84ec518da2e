package dev.sluice.harness.telemetry;

import dev.sluice.harness.engine.DeviceChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the NVIDIA driver calls a GPU. With several GPUs CUDA's numbers need not be the driver's, so then
 * nothing is said rather than something wrong.
 *
 * @param uuid as DCGM exporter has it, empty where it is not certain
 * @param name such as {@code NVIDIA H100 80GB HBM3}, {@code cpu}, or empty
 */
record GpuIdentity(String uuid, String name) {
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/gpus");

  static GpuIdentity of(DeviceChoice device) {
    return device.gpu() ? of(device, DRIVER) : new GpuIdentity("", "cpu");
  }

  static GpuIdentity of(DeviceChoice device, Path driver) {
    try (Stream<Path> found = Files.list(driver)) {
      List<Path> gpus = found.toList();
      if (gpus.size() != 1 || device.index() != 0) {
        return new GpuIdentity("", "");
      }
      List<String> lines = Files.readAllLines(gpus.getFirst().resolve("information"));
      return new GpuIdentity(value(lines, "GPU UUID:"), value(lines, "Model:"));
    } catch (IOException e) {
      return new GpuIdentity("", "");
    }
  }

  private static String value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).strip())
        .findFirst()
        .orElse("");
  }
}
