package dev.sluice.harness.fetch;

/** Hears how a download goes on, on the thread that downloads. */
public interface FetchListener {

  /**
   * What will be fetched is known.
   *
   * @param files how many in all
   * @param bytes of all files
   * @param present bytes that are here already, from before
   */
  void planned(int files, long bytes, long present);

  /** So many bytes of all files are here now; fewer than before where some were wrong. */
  void reached(long bytes);

  /** Something a user may want to know: a connection that broke, a file that came wrong. */
  void note(String line);
}
