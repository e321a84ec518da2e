package dev.sluice.harness.jobs;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * A subscriber of one job: first the job, then durable events in their order, and where those are up to
 * date the latest of everything else.
 */
final class JobClient extends EventClient {
  private final JobFeed feed;
  private final Function<Job, JobJson.View> view;
  private int place;
  private boolean greeted;
  private long job;
  private long progress;
  private long notes;

  /**
   * @param view a job with what is known of it besides
   * @param after durable events that it has already
   */
  JobClient(
      FluxSink<JobEvent> sink,
      Scheduler scheduler,
      JobFeed feed,
      Function<Job, JobJson.View> view,
      int after) {
    super(sink, scheduler);
    this.feed = feed;
    this.view = view;
    this.place = after;
    this.progress = feed.moving().version();
    this.notes = feed.notesEver();
  }

  /** How many durable events come before what follows an id; none for an id that means nothing. */
  static int placeAfter(Optional<String> id) {
    return id.filter(text -> text.matches("[0-9]{1,9}")).map(Integer::parseInt).orElse(0);
  }

  @Override
  @Nullable JobEvent next() {
    // Before the log: when the job is seen to have ended, all its events are there.
    JobFeed.Now now = feed.now();
    if (!greeted) {
      greeted = true;
      return job(now);
    }
    EventLog log = feed.log();
    if (place < log.size()) {
      JobRunner.Durable event = log.get(place);
      place++;
      return new JobEvent(Optional.of(Integer.toString(place)), event.type(), event.data().get());
    }
    if (notes < feed.notesEver()) {
      return note();
    }
    return now.version() == job ? progress() : job(now);
  }

  private JobEvent job(JobFeed.Now now) {
    job = now.version();
    return new JobEvent(Optional.empty(), "job", JobJson.of(view.apply(now.job())));
  }

  private @Nullable JobEvent note() {
    List<String> unseen = feed.notesAfter(notes);
    notes = Math.max(notes + 1, feed.notesEver() - unseen.size() + 1);
    return unseen.isEmpty()
        ? null
        : new JobEvent(Optional.empty(), "note", JobJson.note(unseen.getFirst()));
  }

  private @Nullable JobEvent progress() {
    JobFeed.Moving moving = feed.moving();
    if (moving.version() == progress || moving.progress().isEmpty()) {
      return null;
    }
    long skipped = moving.version() - progress - 1;
    progress = moving.version();
    return new JobEvent(
        Optional.empty(), "progress", moving.progress().get().full().get(), skipped);
  }

  @Override
  boolean finished() {
    JobFeed.Now now = feed.now();
    return greeted
        && now.job().state().ended()
        && now.version() == job
        && place >= feed.log().size()
        && notes >= feed.notesEver();
  }
}
