package dev.sluice.harness.fetch;

import java.util.regex.Pattern;

/**
 * A file of a repository, as the hub describes it.
 *
 * @param path within the repository, with slashes
 * @param size in bytes; -1 where the hub has not said yet
 * @param etag the SHA-256 of a large file, the SHA-1 of a git blob for others, and the name of the
 *     blob in the cache; empty where the hub has not said yet
 */
public record HubFile(String path, long size, String etag) {
  private static final Pattern PATH =
      Pattern.compile("(?!(?:.*/)?\\.{1,2}(?:/|$))[^/\\\\\\p{C}]+(?:/[^/\\\\\\p{C}]+)*");
  private static final Pattern ETAG = Pattern.compile("(?!\\.)[\\w.-]{0,128}");

  public HubFile {
    if (!PATH.matcher(path).matches()) {
      throw new IllegalArgumentException("path " + Shown.quote(path) + ": leaves the repository");
    }
    if (!ETAG.matcher(etag).matches()) {
      throw new IllegalArgumentException("etag " + Shown.quote(etag) + ": no name of a blob");
    }
    if (size < -1) {
      throw new IllegalArgumentException("size " + size + " of " + path + ": at least 0");
    }
  }

  /** Whether size and etag are known, without which nothing can be checked. */
  boolean known() {
    return size >= 0 && !etag.isEmpty();
  }
}
