package dev.sluice.harness.browser;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An event stream as the contract says: a head that each client gets first, then durable events after
 * the last that it knows, then what is new.
 */
final class EventChannel {
  private record Event(int id, String type, String data) {
    String wire() {
      return (id > 0 ? "id: " + id + "\n" : "") + "event: " + type + "\ndata: " + data + "\n\n";
    }
  }

  private final List<Event> durable = new ArrayList<>();
  private final List<Event> passing = new ArrayList<>();
  private String head = "";
  private int generation;

  /** What comes first, such as {@code job} with its JSON. */
  synchronized void head(String type, String data) {
    head = new Event(0, type, data).wire();
  }

  /** Keep an event under the next id and send it. */
  synchronized void durable(String type, String data) {
    durable.add(new Event(durable.size() + 1, type, data));
    notifyAll();
  }

  /** Send an event to those who listen now. */
  synchronized void passing(String type, String data) {
    passing.add(new Event(0, type, data));
    notifyAll();
  }

  /** Break all streams. */
  synchronized void drop() {
    generation++;
    notifyAll();
  }

  void serve(HttpExchange exchange, String after) throws IOException {
    int mine;
    int next;
    int seen;
    String first;
    synchronized (this) {
      mine = generation;
      next = after.isEmpty() ? 0 : Integer.parseInt(after);
      seen = passing.size();
      first = head;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.write(first.getBytes(StandardCharsets.UTF_8));
    try {
      copy(out, mine, next, seen);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void copy(OutputStream out, int mine, int next, int seen)
      throws IOException, InterruptedException {
    int from = next;
    int passed = seen;
    while (true) {
      StringBuilder text = new StringBuilder();
      synchronized (this) {
        while (generation == mine && from == durable.size() && passed == passing.size()) {
          wait();
        }
        if (generation != mine) {
          return;
        }
        for (; from < durable.size(); from++) {
          text.append(durable.get(from).wire());
        }
        for (; passed < passing.size(); passed++) {
          text.append(passing.get(passed).wire());
        }
      }
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
