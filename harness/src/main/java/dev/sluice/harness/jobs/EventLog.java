package dev.sluice.harness.jobs;

import dev.sluice.harness.jobs.JobRunner.Durable;
import java.util.ArrayList;
import java.util.List;

/**
 * The durable events of one job, kept once for all who read them. Only grows; safe for use by several
 * threads.
 */
final class EventLog {
  private final List<Durable> events;

  EventLog() {
    this(List.of());
  }

  EventLog(List<Durable> events) {
    this.events = new ArrayList<>(events);
  }

  synchronized void append(Durable event) {
    events.add(event);
  }

  synchronized int size() {
    return events.size();
  }

  synchronized Durable get(int place) {
    return events.get(place);
  }
}
