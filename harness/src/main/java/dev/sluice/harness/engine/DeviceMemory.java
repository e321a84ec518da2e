package dev.sluice.harness.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What the system says of memory. */
public final class DeviceMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CGROUP_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
  private static final Path CGROUP_USED = Path.of("/sys/fs/cgroup/memory.current");

  private DeviceMemory() {}

  /** Bytes that can be taken on a device now without swapping or failing. */
  public static long freeBytes(DeviceChoice device) {
    if (device.gpu()) {
      return TorchLibrary.freeBytes(device);
    }
    long available = kibibytes(MEMINFO, "MemAvailable:").orElse(Runtime.getRuntime().maxMemory());
    OptionalLong limit = number(CGROUP_LIMIT);
    OptionalLong used = number(CGROUP_USED);
    return limit.isPresent() && used.isPresent()
        ? Math.min(available, Math.max(0, limit.getAsLong() - used.getAsLong()))
        : available;
  }

  /** All bytes of a device, as far as this process may have them. */
  public static long totalBytes(DeviceChoice device) {
    if (device.gpu()) {
      return TorchLibrary.totalBytes(device);
    }
    long all = kibibytes(MEMINFO, "MemTotal:").orElse(Runtime.getRuntime().maxMemory());
    return Math.min(all, number(CGROUP_LIMIT).orElse(Long.MAX_VALUE));
  }

  /** The highest resident memory of this process so far; 0 where the system does not tell. */
  public static long peakResidentBytes() {
    return kibibytes(STATUS, "VmHWM:").orElse(0);
  }

  /** Resident memory of this process now; 0 where the system does not tell. */
  public static long residentBytes() {
    return kibibytes(STATUS, "VmRSS:").orElse(0);
  }

  private static OptionalLong kibibytes(Path file, String key) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong number(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
