package dev.sluice.harness.jobs;

import java.util.Optional;

/**
 * Something that happened to a job, ready to be sent.
 *
 * @param id names the place after which a stream goes on; empty for what is not durable
 * @param type such as {@code trials}; the service's contract lists them
 * @param data one JSON object without line breaks
 * @param skipped older running values that this subscriber was too slow for
 */
public record JobEvent(Optional<String> id, String type, String data, long skipped) {
  public JobEvent(Optional<String> id, String type, String data) {
    this(id, type, data, 0);
  }
}
