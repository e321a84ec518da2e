package dev.sluice.harness.journal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 in hex, and the chain of it that runs through a journal's events: each link covers the
 * event and the link before, so that a changed, missing or moved event breaks it.
 */
final class EventChain {
  /** The link before the first event. */
  static final String START = "0".repeat(64);

  private EventChain() {}

  /** The link of one event. */
  static String link(String previous, long seq, String at, String kind, String payload) {
    return digest(previous, Long.toString(seq), at, kind, payload);
  }

  /** The digest of some texts; each is preceded by its length, so no two lists run into one. */
  static String digest(String... parts) {
    MessageDigest sha = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      sha.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
      sha.update(bytes);
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
