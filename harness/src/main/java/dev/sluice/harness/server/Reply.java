package dev.sluice.harness.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** An answer that is ready to be sent. Not safe for several threads at once. */
final class Reply {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WORTH_PACKING = 1024;

  private final int status;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private byte[] body;

  private Reply(int status, String type, byte[] body) {
    this.status = status;
    this.body = body;
    headers.put("Content-Type", type);
    headers.put("Cache-Control", "no-store");
  }

  static Reply of(int status, String type, byte[] body) {
    return new Reply(status, type, body);
  }

  static Reply text(String type, String text) {
    return new Reply(200, type, text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply json(JsonNode json) {
    return json(200, json);
  }

  static Reply json(int status, JsonNode json) {
    try {
      return new Reply(status, "application/json", JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply as(String type) {
    return header("Content-Type", type);
  }

  Reply header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Compress the body if that is wanted and worth it. Takes time: not for an event loop. */
  Reply packedFor(RoutingContext context) {
    if (body.length >= WORTH_PACKING && packs(context)) {
      body = gzip(body);
      header("Content-Encoding", "gzip");
    }
    return header("Vary", "Accept-Encoding");
  }

  /** Whether a client takes gzip. */
  static boolean packs(RoutingContext context) {
    String accepted = context.request().getHeader("Accept-Encoding");
    return accepted != null
        && accepted.matches("(?i).*\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$)).*");
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 2 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  /** Send it, unless something was sent already. On the context's event loop. */
  void send(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.headWritten() || response.closed()) {
      return;
    }
    response.setStatusCode(status);
    headers.forEach(response.headers()::set);
    response.end(Buffer.buffer(body));
  }
}
