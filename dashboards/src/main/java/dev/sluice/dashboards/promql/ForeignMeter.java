package dev.sluice.dashboards.promql;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Series that others name: Micrometer's of the JVM and the process, DCGM exporter's, Prometheus's own. */
public enum ForeignMeter implements Source {
  /** 1 where the last scrape of a target went well. */
  UP("up", Origin.PROMETHEUS),
  SCRAPE_DURATION("scrape_duration_seconds", Origin.PROMETHEUS),
  SCRAPE_SAMPLES("scrape_samples_scraped", Origin.PROMETHEUS),
  /** One for each alert that is pending or fires. */
  ALERTS("ALERTS", Origin.PROMETHEUS, Tag.ALERT_NAME, Tag.ALERT_STATE, Tag.SEVERITY),

  HEAP_USED("jvm_memory_used_bytes", Origin.MICROMETER, Tag.AREA),
  HEAP_MAX("jvm_memory_max_bytes", Origin.MICROMETER, Tag.AREA),
  BUFFERS("jvm_buffer_memory_used_bytes", Origin.MICROMETER),
  COLLECTION_SECONDS("jvm_gc_pause_seconds_sum", Origin.MICROMETER),
  ALLOCATED("jvm_gc_memory_allocated_bytes_total", Origin.MICROMETER),
  THREADS("jvm_threads_live_threads", Origin.MICROMETER),
  PROCESS_CPU("process_cpu_usage", Origin.MICROMETER),
  SYSTEM_CPU("system_cpu_usage", Origin.MICROMETER),
  UPTIME("process_uptime_seconds", Origin.MICROMETER),
  FILES_OPEN("process_files_open_files", Origin.MICROMETER),
  FILES_MAX("process_files_max_files", Origin.MICROMETER),

  /** Percent. */
  GPU_UTILISATION("DCGM_FI_DEV_GPU_UTIL", Origin.DCGM, Tag.DCGM_UUID, Tag.DCGM_GPU),
  /** MiB. */
  GPU_MEMORY_USED("DCGM_FI_DEV_FB_USED", Origin.DCGM, Tag.DCGM_UUID, Tag.DCGM_GPU),
  /** MiB. */
  GPU_MEMORY_FREE("DCGM_FI_DEV_FB_FREE", Origin.DCGM, Tag.DCGM_UUID, Tag.DCGM_GPU),
  /** Degrees Celsius. */
  GPU_TEMPERATURE("DCGM_FI_DEV_GPU_TEMP", Origin.DCGM, Tag.DCGM_UUID, Tag.DCGM_GPU),
  /** Watts. */
  GPU_POWER("DCGM_FI_DEV_POWER_USAGE", Origin.DCGM, Tag.DCGM_UUID, Tag.DCGM_GPU),
  /** Millijoules since the driver was loaded. */
  GPU_ENERGY("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", Origin.DCGM, Tag.DCGM_UUID, Tag.DCGM_GPU),
  /** Number of the last error. */
  GPU_ERROR("DCGM_FI_DEV_XID_ERRORS", Origin.DCGM, Tag.DCGM_UUID, Tag.DCGM_GPU);

  /** Who exposes it. */
  public enum Origin {
    /** Stored by Prometheus beside every scrape. */
    PROMETHEUS,
    /** Exposed by Sluice, under names that Micrometer chose. */
    MICROMETER,
    /** Exposed by NVIDIA's exporter, which users run beside Sluice. */
    DCGM
  }

  private final String series;
  private final Origin origin;

  @SuppressWarnings("ImmutableEnumChecker") // A copy that nobody changes.
  private final Set<String> labels;

  ForeignMeter(String series, Origin origin, Tag... labels) {
    this.series = series;
    this.origin = origin;
    this.labels =
        Stream.concat(Stream.of(Tag.JOB, Tag.INSTANCE), Stream.of(labels))
            .map(Tag::id)
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String series() {
    return series;
  }

  /** Who exposes it. */
  public Origin origin() {
    return origin;
  }

  @Override
  public Set<String> labels() {
    return labels;
  }
}
