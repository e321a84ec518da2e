package dev.sluice.harness.jobs;

import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** Runs jobs as the test tells it, one command after another; keeps what it made durable. */
final class FakeRunner implements JobRunner {
  /** What a job does next on the device. */
  interface Command {
    /** Empty to go on with the next command. */
    Optional<End> on(Turn turn);
  }

  /** Names of jobs in the order in which they got the device, with the plan's memory. */
  final List<String> turns = new CopyOnWriteArrayList<>();

  final Map<String, List<Durable>> journals = new ConcurrentHashMap<>();
  private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();

  void tell(Command command) {
    commands.add(command);
  }

  void done() {
    tell(turn -> Optional.of(End.DONE));
  }

  /** The job works in slices until it is asked to stop. */
  void untilStopped() {
    tell(turn -> {
      while (!turn.stop()) {
        Thread.onSpinWait();
      }
      return Optional.of(End.STOPPED);
    });
  }

  /** Wait until a job has got the device; its name. */
  String begun() {
    try {
      return begun.take();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static Durable event(int number) {
    return new Durable("trials", () -> "{\"n\":" + number + "}");
  }

  /** Make the next event of the job on the device durable. */
  void append() {
    tell(turn -> {
      List<Durable> journal = journals.getOrDefault(turns.getLast(), List.of());
      Durable event = event(journal.size() + 1);
      journal.add(event);
      turn.durable(event);
      turn.advanced();
      return Optional.empty();
    });
  }

  @Override
  public JobRequest check(JobRequest request) {
    if (request.plan().containsKey("wrong")) {
      throw new PrerequisiteException("wrong: leave it out");
    }
    return request;
  }

  @Override
  public Map<String, String> withMemory(Map<String, String> plan, String memory) {
    if (memory.equals("little")) {
      throw new PrerequisiteException("memory 'little': write a size");
    }
    Map<String, String> changed = new LinkedHashMap<>(plan);
    changed.put("memory", memory);
    return changed;
  }

  @Override
  public End run(Job job, Turn turn) {
    turns.add(job.name());
    journals.computeIfAbsent(job.name(), n -> new CopyOnWriteArrayList<>()).forEach(turn::durable);
    begun.add(job.name() + job.plan().getOrDefault("memory", ""));
    Optional<End> end = Optional.empty();
    while (end.isEmpty()) {
      try {
        end = commands.take().on(turn);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return end.get();
  }

  @Override
  public List<Durable> history(Job job) {
    return new ArrayList<>(journals.getOrDefault(job.name(), List.of()));
  }
}
