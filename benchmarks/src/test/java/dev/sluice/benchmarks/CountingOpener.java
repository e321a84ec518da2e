package dev.sluice.benchmarks;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Opens files and counts what happens to them. */
final class CountingOpener implements Utf8Lines.Opener {
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicLong bytes = new AtomicLong();
  final Set<Thread> readers = ConcurrentHashMap.newKeySet();

  @Override
  public InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    opened.incrementAndGet();
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        bytes.addAndGet(Math.max(0, read));
        readers.add(Thread.currentThread());
        return read;
      }

      @Override
      public void close() throws IOException {
        super.close();
        closed.incrementAndGet();
      }
    };
  }
}
