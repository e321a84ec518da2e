package dev.sluice.harness.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A hub on this machine with one repository: one server answers for the hub, another holds the large
 * files, and both can be told to go wrong.
 */
public final class LocalHub implements AutoCloseable {
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** Of the branch into which the hub converts data sets. */
  public static final String CONVERTED = "76543210fedcba9876543210fedcba9876543210";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer hub;
  private final HttpServer store;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, byte[]> converted = new TreeMap<>();
  private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile boolean described = true;

  /** One request as it came in. */
  public record Request(
      boolean toStore,
      String method,
      String path,
      Optional<String> range,
      Optional<String> token) {}

  /** Answers in place of the server, once. */
  @FunctionalInterface
  public interface Fault {
    /**
     * @param content what the server would send
     */
    void answer(HttpExchange exchange, byte[] content) throws IOException;
  }

  public LocalHub() {
    hub = server(false);
    store = server(true);
  }

  private HttpServer server(boolean isStore) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext("/", exchange -> serve(isStore, exchange));
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return address(hub);
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Put a file into the repository; safetensors and Parquet go to the store. */
  public LocalHub with(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  public LocalHub with(String path, String content) {
    return with(path, content.getBytes(UTF_8));
  }

  /** Put a file into the branch refs/convert/parquet, which exists from then on. */
  public LocalHub withConverted(String path, byte[] content) {
    converted.put(path, content);
    return this;
  }

  /** Leave sizes and etags out of the list, as some mirrors do. */
  LocalHub withoutDescriptions() {
    described = false;
    return this;
  }

  /** Have the next request for this file (or {@code "list"}) go wrong; several queue up. */
  public LocalHub fault(String name, Fault fault) {
    faults.computeIfAbsent(name, n -> new ArrayDeque<>()).add(fault);
    return this;
  }

  byte[] content(String path) {
    byte[] content = files.get(path);
    if (content == null) {
      throw new IllegalArgumentException("file " + path + ": not in the repository");
    }
    return content.clone();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  List<Request> requestsFor(String name) {
    return requests.stream().filter(r -> r.path().endsWith(name)).toList();
  }

  static boolean large(String path) {
    return path.endsWith(".safetensors") || path.endsWith(".parquet");
  }

  static String etag(String path, byte[] content) {
    return large(path) ? hex("SHA-256", content) : gitBlob(content);
  }

  private static String gitBlob(byte[] content) {
    byte[] header = ("blob " + content.length + "\0").getBytes(UTF_8);
    byte[] all = Arrays.copyOf(header, header.length + content.length);
    System.arraycopy(content, 0, all, header.length, content.length);
    return hex("SHA-1", all);
  }

  private static String hex(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void serve(boolean isStore, HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(
          new Request(
              isStore,
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")),
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))));
      if (path.startsWith("/api/")) {
        list(exchange, path);
      } else {
        file(isStore, exchange, path);
      }
    }
  }

  private void list(HttpExchange exchange, String path) throws IOException {
    if (!path.endsWith("/revision/refs/convert/parquet")) {
      answer(exchange, "list", list(COMMIT, files));
    } else if (converted.isEmpty()) {
      status(404, "X-Error-Code", "RevisionNotFound").answer(exchange, new byte[0]);
    } else {
      answer(exchange, "converted list", list(CONVERTED, converted));
    }
  }

  private void file(boolean isStore, HttpExchange exchange, String path) throws IOException {
    boolean ofConverted = path.contains("/" + CONVERTED + "/");
    String commit = ofConverted ? CONVERTED : COMMIT;
    String name = path.replaceFirst("^.*?/(?:resolve|store)/" + commit + "/", "");
    byte[] content = (ofConverted ? converted : files).get(name);
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    if (!isStore) {
      exchange.getResponseHeaders().set("X-Linked-Etag", '"' + etag(name, content) + '"');
      exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content.length));
    }
    if (large(name) && !isStore) {
      redirect(exchange, address(store) + "/store/" + commit + "/" + name.replace(" ", "%20"));
    } else {
      answer(exchange, name, content);
    }
  }

  static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(302, -1);
  }

  private void answer(HttpExchange exchange, String name, byte[] content) throws IOException {
    Deque<Fault> queue = faults.getOrDefault(name, new ArrayDeque<>());
    Fault fault;
    synchronized (queue) {
      fault = queue.poll();
    }
    if (fault != null && exchange.getRequestMethod().equals("GET")) {
      fault.answer(exchange, content);
    } else {
      send(exchange, content);
    }
  }

  /** As it should be: the whole, or from where the range begins. */
  static void send(HttpExchange exchange, byte[] content) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    byte[] part = part(exchange, content);
    exchange.sendResponseHeaders(part.length == content.length ? 200 : 206, part.length);
    exchange.getResponseBody().write(part);
  }

  private static byte[] part(HttpExchange exchange, byte[] content) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      return content;
    }
    int from = Integer.parseInt(range.replaceAll("\\D", ""));
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    return Arrays.copyOfRange(content, from, content.length);
  }

  /** Promise all, send so many bytes, drop the connection; what was under way may not arrive. */
  public static Fault dropAfter(int bytes) {
    return dropAfter(bytes, () -> true);
  }

  /** As {@link #dropAfter(int)}, once the bytes have arrived (or ten seconds later). */
  public static Fault dropAfter(int bytes, BooleanSupplier arrived) {
    return (exchange, content) -> {
      byte[] part = part(exchange, content);
      exchange.sendResponseHeaders(part.length == content.length ? 200 : 206, part.length);
      OutputStream body = exchange.getResponseBody();
      body.write(part, 0, Math.min(bytes, part.length));
      body.flush();
      long latest = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!arrived.getAsBoolean() && System.nanoTime() < latest) {
        Thread.onSpinWait();
      }
    };
  }

  /** End a body without a stated length after so many bytes, in good order. */
  public static Fault truncateAt(int bytes) {
    return (exchange, content) -> {
      byte[] part = part(exchange, content);
      exchange.sendResponseHeaders(part.length == content.length ? 200 : 206, 0);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(part, 0, Math.min(bytes, part.length));
      }
    };
  }

  /** As many bytes as asked for, one of them wrong. */
  public static Fault wrongByte() {
    return (exchange, content) -> {
      byte[] wrong = content.clone();
      wrong[wrong.length - 1] ^= 1;
      send(exchange, wrong);
    };
  }

  static Fault status(int status, String... headers) {
    return (exchange, content) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
    };
  }

  private byte[] list(String commit, Map<String, byte[]> contents) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("sha", commit);
    var siblings = root.putArray("siblings");
    contents.forEach((path, content) -> {
      ObjectNode sibling = siblings.addObject().put("rfilename", path);
      if (described) {
        sibling.put("size", content.length).put("blobId", gitBlob(content));
      }
      if (described && large(path)) {
        sibling
            .put("blobId", "f".repeat(40))
            .putObject("lfs")
            .put("sha256", hex("SHA-256", content))
            .put("size", content.length)
            .put("pointerSize", 134);
      }
    });
    return JSON.writeValueAsBytes(root);
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}
