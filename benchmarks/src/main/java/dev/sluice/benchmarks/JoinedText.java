package dev.sluice.benchmarks;

/** Texts joined by one blank, up to a number of characters. */
final class JoinedText {
  private final StringBuilder text = new StringBuilder();
  private final int limit;
  private boolean full;

  JoinedText(int limit) {
    this.limit = limit;
  }

  /** Take a text that is not blank in, cut where the limit is; says whether that is reached. */
  boolean append(String more) {
    if (!full && !more.isBlank()) {
      if (!text.isEmpty()) {
        text.append(' ');
      }
      int free = limit - text.length();
      text.append(more, 0, Math.min(more.length(), free));
      full = more.length() >= free;
      if (full && Character.isHighSurrogate(text.charAt(text.length() - 1))) {
        text.setLength(text.length() - 1);
      }
    }
    return full;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  /** Whether the limit was reached, so that there may be more text than was taken in. */
  boolean isFull() {
    return full;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
