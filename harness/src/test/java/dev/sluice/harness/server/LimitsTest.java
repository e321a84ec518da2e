package dev.sluice.harness.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.jobs.Job.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LimitsTest {
  private static final Limits.Times LONG = Limits.Times.USUAL;

  @TempDir private Path journals;

  private Served with(Limits limits) {
    return Served.with(
        Served.options(Optional.empty(), ServerOptions.Metrics.USUAL, limits), journals);
  }

  @Test
  void aLargeBodyIsRefused() {
    try (Served served = with(new Limits(1000, 10, 10, 2, LONG))) {
      String plan = "{\"kind\":\"sweep\",\"plan\":{\"model\":\"%s\"}}";
      assertThat(served.ask("POST", "/api/v1/jobs", plan.formatted("m".repeat(900))).statusCode())
          .isEqualTo(201);
      HttpResponse<String> refused =
          served.ask("POST", "/api/v1/jobs", plan.formatted("m".repeat(1001)));
      assertThat(refused.statusCode()).isEqualTo(413);
      assertThat(Served.json(refused).path("status").asInt()).isEqualTo(413);
    }
  }

  @Test
  void largeHeadersAndLinesAreRefused() throws IOException {
    try (Served served = with(Limits.USUAL)) {
      assertThat(
              served.raw(
                  "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: "
                      + "x".repeat(20_000)
                      + "\r\n\r\n"))
          .startsWith("HTTP/1.1 431")
          .contains("application/problem+json");
      assertThat(served.raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .startsWith("HTTP/1.0 414");
      assertThat(served.raw("no http at all\r\n\r\n")).startsWith("HTTP/1.0 400");
    }
  }

  @Test
  void moreConnectionsThanAllowedAreClosed() throws IOException {
    try (Served served = with(new Limits(1000, 3, 10, 2, LONG))) {
      List<Socket> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Socket socket = connect(served);
        open.add(socket);
        assertThat(ask(socket)).startsWith("HTTP/1.1 200");
      }
      try (Socket refused = connect(served)) {
        assertThat(refused.getInputStream().read()).isEqualTo(-1);
      }
      open.removeFirst().close();
      // The server learns of the close a moment later.
      String answer = "";
      while (!answer.startsWith("HTTP/1.1 200")) {
        try (Socket again = connect(served)) {
          answer = askOrNothing(again);
        }
      }
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private static Socket connect(Served served) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String ask(Socket socket) throws IOException {
    send(socket, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    return new String(socket.getInputStream().readNBytes(15), StandardCharsets.UTF_8);
  }

  private static String askOrNothing(Socket socket) {
    try {
      return ask(socket);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void anAnswerThatTakesTooLongIsGivenUp() {
    Limits.Times times =
        new Limits.Times(Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofSeconds(15));
    CountDownLatch never = new CountDownLatch(1);
    try (Served served = with(new Limits(1000, 10, 10, 2, times))) {
      served.jobs.before = () -> await(never);
      HttpResponse<String> given = served.get("/api/v1/jobs");
      assertThat(given.statusCode()).isEqualTo(503);
      assertThat(given.body()).contains("took too long");
      never.countDown();
    }
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws IOException {
    Limits.Times times =
        new Limits.Times(Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofSeconds(15));
    try (Served served = with(new Limits(1000, 10, 10, 2, times));
        Socket silent = connect(served)) {
      silent.getOutputStream().write("GET / HTTP".getBytes(StandardCharsets.UTF_8));
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws IOException {
    Limits.Times times =
        new Limits.Times(Duration.ofSeconds(60), Duration.ofMillis(200), Duration.ofSeconds(15));
    try (Served served = with(new Limits(1000, 10, 10, 2, times));
        Socket idle = connect(served)) {
      assertThat(ask(idle)).startsWith("HTTP/1.1 200");
      idle.getInputStream().readAllBytes();
    }
  }

  @Test
  void moreStreamsThanAllowedAreRefused() {
    try (Served served = with(new Limits(1000, 10, 2, 2, LONG))) {
      served.jobs.put("x", State.RUNNING);
      try (EventClient first = EventClient.open(served, "/api/v1/events");
          EventClient second = EventClient.open(served, "/api/v1/jobs/x/events")) {
        assertThat(first.line()).isEqualTo("retry: 2000");
        assertThat(second.line()).isEqualTo("retry: 2000");
        HttpResponse<String> refused = served.get("/api/v1/events");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      }
    }
  }

  @Test
  void requestsThatWaitForAWorkerAreBounded() throws IOException {
    int workers = 1;
    int tooMany = 3;
    CountDownLatch never = new CountDownLatch(1);
    try (Served served = with(new Limits(1000, 500, 10, workers, LONG))) {
      served.jobs.before = () -> await(never);
      List<Socket> waiting = new ArrayList<>();
      for (int i = 0; i < workers + Limits.WAITING + tooMany; i++) {
        Socket socket = connect(served);
        send(socket, "GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n");
        waiting.add(socket);
      }
      List<Socket> answered = new ArrayList<>();
      while (answered.size() < tooMany) {
        answered.clear();
        for (Socket socket : waiting) {
          if (socket.getInputStream().available() > 0) {
            answered.add(socket);
          }
        }
      }
      assertThat(served.get("/healthz").statusCode()).isEqualTo(200);
      never.countDown();
      for (Socket socket : waiting) {
        assertThat(status(socket)).isEqualTo(answered.contains(socket) ? "503" : "200");
        socket.close();
      }
    }
  }

  private static String status(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8).substring(9);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
