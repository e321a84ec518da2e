package dev.sluice.harness.jobs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What someone asks for.
 *
 * @param plan keys and values of {@code sluice run} or {@code sluice eval}; {@code name} names the job
 */
public record JobRequest(Job.Kind kind, Map<String, String> plan, int priority) {
  public JobRequest {
    plan = Collections.unmodifiableMap(new LinkedHashMap<>(plan));
  }
}
