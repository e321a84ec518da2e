package dev.sluice.harness.server;

import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The page's files, from the jar. Only names of plain letters are looked up, so no path leads out of
 * their folder. A path that is no file's is one of the page itself, which reads it in the browser.
 */
final class PageFiles {
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
  private static final Pattern ASSET =
      Pattern.compile(".*\\.(js|mjs|css|svg|png|ico|map|woff2|txt|html|webmanifest|json|md)");
  private static final Pattern HASHED = Pattern.compile(".*[.-][0-9a-f]{8,64}\\.[a-z0-9]+");
  private static final String INDEX = "/index.html";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "json", "application/json",
          "webmanifest", "application/manifest+json",
          "woff2", "font/woff2");

  private final Workers workers;
  private final Map<String, Optional<Asset>> assets = new ConcurrentHashMap<>();

  /** A file in memory; {@code packed} is empty where that is not smaller. */
  private static final class Asset {
    private final String name;
    private final byte[] plain;
    private final byte[] packed;
    private final String digest;

    Asset(String name, byte[] plain) {
      this.name = name;
      this.plain = plain;
      byte[] gzip = Reply.gzip(plain);
      this.packed = gzip.length < plain.length * 9 / 10 ? gzip : new byte[0];
      this.digest = digest(plain);
    }
  }

  PageFiles(Workers workers) {
    this.workers = workers;
  }

  /** Answer a GET or HEAD. */
  void serve(RoutingContext context) {
    String method = context.request().method().name();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      throw Problem.of(405, "this path takes GET and HEAD").with("Allow", "GET, HEAD").thrown();
    }
    String path = context.normalizedPath();
    context.put(Api.ROUTE, "page");
    Optional<Asset> known = assets.get(name(path));
    if (known != null && known.isPresent()) {
      send(context, known.get());
    } else {
      workers
          .run(() -> find(path))
          .onSuccess(asset -> send(context, asset))
          .onFailure(context::fail);
    }
  }

  private static String name(String path) {
    return PATH.matcher(path).matches() && ASSET.matcher(path).matches() ? path : INDEX;
  }

  private Asset find(String path) {
    if (!path.equals("/") && !PATH.matcher(path).matches()) {
      throw Problem.of(404, "nothing is found at this path").thrown();
    }
    // Names that are not there are not remembered: there is no end of them.
    String name = name(path);
    Optional<Asset> found = load(name);
    found.ifPresent(asset -> assets.put(name, found));
    // A sweep may bear a name that ends like a file.
    return found
        .or(() -> path.chars().filter(c -> c == '/').count() > 1 ? load(INDEX) : Optional.empty())
        .orElseThrow(() -> Problem.of(404, "nothing is found at this path").thrown());
  }

  private static Optional<Asset> load(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream("page" + name)) {
      if (in == null) {
        return Optional.empty();
      }
      return Optional.of(new Asset(name, in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static void send(RoutingContext context, Asset asset) {
    boolean packed = asset.packed.length > 0 && Reply.packs(context);
    String tag = "\"" + asset.digest + (packed ? "-gzip" : "") + "\"";
    String known = context.request().getHeader("If-None-Match");
    boolean same = known != null && known.contains(tag);
    byte[] body = packed ? asset.packed : asset.plain;
    String ending = asset.name.substring(asset.name.lastIndexOf('.') + 1);
    Reply reply =
        Reply.of(
                same ? 304 : 200,
                TYPES.getOrDefault(ending, "text/plain; charset=utf-8"),
                same ? new byte[0] : body)
            .header("ETag", tag)
            .header("Vary", "Accept-Encoding")
            .header(
                "Cache-Control",
                HASHED.matcher(asset.name).matches()
                    ? "public, max-age=31536000, immutable"
                    : "no-cache");
    if (packed) {
      reply.header("Content-Encoding", "gzip");
    }
    reply.send(context);
  }
}
