package dev.sluice.harness.cli;

/** What the process tells its caller. */
final class ExitCode {
  /** The command did what was asked. */
  static final int DONE = 0;

  /** A defect of Sluice or of the machine; a stack trace is printed. */
  static final int FAILED = 1;

  /** Something the user can repair; one message is printed. */
  static final int PREREQUISITE = 2;

  /** Stopped by the user; the journal holds everything and {@code sluice resume} continues. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
