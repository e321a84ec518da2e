package dev.sluice.harness.session;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What was opened one after another and is closed together, the last first. */
public final class Opened implements AutoCloseable {
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  public <T extends AutoCloseable> T add(T resource) {
    resources.push(resource);
    return resource;
  }

  /** Closes all, even where one fails; the first failure is thrown with the others attached. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!resources.isEmpty()) {
      failure = close(resources.pop(), failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable RuntimeException close(
      AutoCloseable resource, @Nullable RuntimeException before) {
    try {
      resource.close();
      return before;
    } catch (Exception e) {
      if (before == null) {
        return e instanceof RuntimeException r ? r : new IllegalStateException(e);
      }
      before.addSuppressed(e);
      return before;
    }
  }
}
