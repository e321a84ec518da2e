package dev.sluice.harness.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client of server-sent events on a bare socket, which reads when it is told to. */
final class EventClient implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader lines;

  private EventClient(Socket socket) throws IOException {
    this.socket = socket;
    this.lines =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1024);
  }

  /** Connect and read the head; {@code headers} are whole lines. */
  static EventClient open(Served served, String path, String... headers) {
    try {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(8192);
      socket.setSoTimeout(30_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.server.port()));
      String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
      String request = "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n" + more + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      EventClient client = new EventClient(socket);
      String head = client.line();
      if (!head.contains(" 200 ")) {
        throw new AssertionError(head);
      }
      while (!client.line().isEmpty()) {
        // The head.
      }
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line; "(end)" after the last. */
  String line() {
    try {
      String line = lines.readLine();
      return line == null ? "(end)" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All lines up to the next empty one. */
  List<String> block() {
    List<String> block = new ArrayList<>();
    String line = line();
    while (!line.isEmpty() && !line.equals("(end)")) {
      block.add(line);
      line = line();
    }
    return block;
  }

  /** Read so many bytes, however slowly. */
  void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      if (lines.read() < 0) {
        return;
      }
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
