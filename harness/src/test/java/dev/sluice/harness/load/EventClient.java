package dev.sluice.harness.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client of one job's event stream on a plain socket, which reads as fast as it is told and no
 * faster. Runs on its own thread and is read when that has ended.
 */
final class EventClient implements Runnable {
  private static final int RECEIVE_BUFFER = 8 * 1024;

  private final URI base;
  private final String path;
  private final int bytesPerSecond;
  private final List<String> durable = new ArrayList<>();
  private long events;
  private long bytes;
  private @Nullable IOException failure;

  /**
   * @param bytesPerSecond 0 for as fast as it comes
   */
  EventClient(URI base, String path, int bytesPerSecond) {
    this.base = base;
    this.path = path;
    this.bytesPerSecond = bytesPerSecond;
  }

  /** {@code ID TYPE DATA} of every event that had an id. */
  List<String> durable() {
    return durable;
  }

  /** All events, running values included. */
  long events() {
    return events;
  }

  /** How it ended too early; null if the service ended the stream. */
  @Nullable IOException failure() {
    return failure;
  }

  boolean slow() {
    return bytesPerSecond > 0;
  }

  @Override
  public void run() {
    try (Socket socket = new Socket()) {
      // A large buffer of the system's would hide how slow the reader is.
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.connect(new java.net.InetSocketAddress(base.getHost(), base.getPort()));
      OutputStream out = socket.getOutputStream();
      out.write(
          "GET %s HTTP/1.0\r\nHost: %s:%d\r\nAccept: text/event-stream\r\n\r\n"
              .formatted(path, base.getHost(), base.getPort())
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      read(socket.getInputStream());
    } catch (IOException e) {
      failure = e;
    }
  }

  private void read(InputStream in) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1024);
    long begun = System.nanoTime();
    String id = "";
    String type = "";
    String data = "";
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      pace(line.length() + 1, begun);
      if (line.startsWith("id:")) {
        id = line.substring(3).strip();
      } else if (line.startsWith("event:")) {
        type = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        data = line.substring(5).strip();
      } else if (line.isEmpty() && !data.isEmpty()) {
        events++;
        if (!id.isEmpty()) {
          durable.add(id + " " + type + " " + data);
        }
        id = "";
        type = "";
        data = "";
      }
    }
  }

  /** Wait until so many bytes are due. */
  private void pace(int more, long begun) {
    bytes += more;
    if (bytesPerSecond > 0) {
      long due = begun + bytes * 1_000_000_000L / bytesPerSecond;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
  }
}
