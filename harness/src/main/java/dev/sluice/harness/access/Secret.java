package dev.sluice.harness.access;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Set;

/** A token that callers must show. Only its digest is kept; comparing takes the same time for every guess. */
public final class Secret {
  /** Characters; shorter ones could be guessed. */
  public static final int SHORTEST = 16;

  private static final long LARGEST_FILE = 4096;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final byte[] digest;

  private Secret(byte[] digest) {
    this.digest = digest;
  }

  /**
   * A token that was given as text.
   *
   * @param source where it comes from, for messages
   * @throws PrerequisiteException if it is short, or cannot stand in a header
   */
  public static Secret of(String token, String source) {
    if (token.length() < SHORTEST || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new PrerequisiteException(
          source
              + ": a token has at least "
              + SHORTEST
              + " printable ASCII characters without spaces. Make one: openssl rand -hex 32");
    }
    return new Secret(sha256(token));
  }

  /**
   * The token on the only line of a file.
   *
   * @throws PrerequisiteException if others than its owner can read or write the file, or it holds no
   *     token
   */
  public static Secret in(Path file) {
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw new PrerequisiteException(
            "token file " + file + " can be read or written by others: chmod 600 " + file);
      }
      if (Files.size(file) > LARGEST_FILE) {
        throw new PrerequisiteException(
            "token file " + file + " has more than " + LARGEST_FILE + " bytes: that is no token");
      }
      return of(Files.readString(file).strip(), "token file " + file);
    } catch (IOException e) {
      throw new PrerequisiteException(
          "token file " + file + " cannot be read (" + e + "): check the path and its rights", e);
    }
  }

  /** Whether a guess is the token. */
  public boolean matches(String guess) {
    return MessageDigest.isEqual(digest, sha256(guess));
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
