package dev.sluice.harness.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of an answer, closed under its reader once they have not moved for a while. For one
 * reading thread.
 */
final class Body implements AutoCloseable {
  private final InputStream stream;
  private final String host;
  private final long stallNanos;
  private final AtomicLong lastMoved = new AtomicLong(System.nanoTime());
  private volatile boolean stalled;
  private volatile boolean closed;

  Body(HttpResponse<InputStream> answer, Duration stall) {
    this.stream = answer.body();
    this.host = String.valueOf(answer.uri().getHost());
    this.stallNanos = stall.toNanos();
    watch(stallNanos);
  }

  private void watch(long nanos) {
    Executor later = CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS);
    later.execute(() -> {
      long left = lastMoved.get() + stallNanos - System.nanoTime();
      if (!closed && left > 0) {
        watch(left);
      } else if (!closed) {
        stalled = true;
        closeStream();
      }
    });
  }

  /** How many bytes were read into the buffer, or -1 at the end. */
  int read(byte[] buffer) throws TryAgain {
    try {
      lastMoved.set(System.nanoTime());
      int read = stream.read(buffer);
      if (stalled) {
        throw new TryAgain("nothing comes from " + host + " any more");
      }
      return read;
    } catch (IOException e) {
      String why = stalled ? "nothing comes from " : "the connection broke to ";
      throw new TryAgain(why + host + (stalled ? " any more" : " (" + Shown.reason(e) + ")"), e);
    }
  }

  /** All bytes, unless they are more than the limit. */
  byte[] all(int limit) throws TryAgain {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    for (int read = read(buffer); read >= 0; read = read(buffer)) {
      if (all.size() + (long) read > limit) {
        throw new TryAgain(host + " sends more than " + Shown.bytes(limit));
      }
      all.write(buffer, 0, read);
    }
    return all.toByteArray();
  }

  private void closeStream() {
    try {
      stream.close();
    } catch (IOException e) {
      // What was read is checked by its own digest; how the connection ended is of no interest.
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    closeStream();
  }
}
