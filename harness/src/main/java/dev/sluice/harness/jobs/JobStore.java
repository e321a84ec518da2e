package dev.sluice.harness.jobs;

import java.util.List;

/**
 * Where jobs outlive the process, open for this process alone. Not safe for use by several threads at
 * once; what it is told is on the disk when the call returns.
 */
public interface JobStore extends AutoCloseable {

  /**
   * A job and what only the line knows of it.
   *
   * @param order grows with every time a job is put in line or leaves it
   * @param interrupted whether it had the device when the service ended: then it is first in line
   * @param starts times it got the device in a row without bringing anything to an end there
   */
  record Kept(Job job, long order, boolean interrupted, int starts) {}

  /** All jobs, in no order. */
  List<Kept> load();

  /** Keep a job, in place of what was kept under its name. */
  void save(Kept kept);

  /** Forget a job; what it found stays. */
  void remove(String name);

  @Override
  void close();
}
