package dev.sluice.harness.jobs;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/** A subscriber of all jobs: the list, unless it knows it already, then every change. */
final class ListClient extends EventClient {
  private final ListFeed feed;
  private final Supplier<Listing> listing;
  private long seen;
  private long moved;

  /**
   * The list at one moment.
   *
   * @param number of the last change in it
   * @param json as {@code Jobs} of the contract
   */
  record Listing(long number, Supplier<String> json) {}

  /**
   * @param after number of the last change that it knows; -1 for none
   */
  ListClient(
      FluxSink<JobEvent> sink,
      Scheduler scheduler,
      ListFeed feed,
      Supplier<Listing> listing,
      long after) {
    super(sink, scheduler);
    this.feed = feed;
    this.listing = listing;
    this.seen = after;
    this.moved = feed.moved();
  }

  @Override
  @Nullable JobEvent next() {
    if (seen >= 0 && seen == feed.last()) {
      return progress();
    }
    Optional<JobJson.View> change = seen < 0 ? Optional.empty() : feed.change(seen + 1);
    if (change.isPresent()) {
      seen++;
      return new JobEvent(Optional.of(feed.id(seen)), "job", JobJson.of(change.get()));
    }
    Listing list = listing.get();
    seen = list.number();
    return new JobEvent(Optional.of(feed.id(seen)), "jobs", list.json().get());
  }

  private @Nullable JobEvent progress() {
    long now = feed.moved();
    Optional<Supplier<String>> values = feed.progress();
    if (now == moved || values.isEmpty()) {
      return null;
    }
    long skipped = now - moved - 1;
    moved = now;
    return new JobEvent(Optional.empty(), "progress", values.get().get(), skipped);
  }

  @Override
  boolean finished() {
    return false;
  }
}
