package dev.sluice.harness.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageFilesTest {
  private static final Pattern SCRIPT = Pattern.compile("src=\"/?([^\"]+\\.m?js)\"");

  @TempDir private static Path journals;
  private static Served served;

  @BeforeAll
  static void serve() {
    served = Served.open(journals);
  }

  @AfterAll
  static void close() {
    served.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/sweeps/first", "/sweeps/v1.0.js-like", "/compare?of=a", "/jobs/a.b"})
  void pathsOfThePageItselfShowTheIndex(String path) {
    HttpResponse<String> answer = served.get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(answer.body()).containsIgnoringCase("<!doctype html>");
  }

  private static String script() {
    Matcher script = SCRIPT.matcher(served.get("/").body());
    assertThat(script.find()).as("the index names a script").isTrue();
    return "/" + script.group(1);
  }

  @Test
  void fileIsSentOnceAndThenOnlyItsTag() {
    HttpResponse<String> script = served.get(script());
    assertThat(script.statusCode()).isEqualTo(200);
    assertThat(script.headers().firstValue("Content-Type"))
        .contains("text/javascript; charset=utf-8");
    String tag = script.headers().firstValue("ETag").orElseThrow();
    assertThat(tag).matches("\"[0-9a-f]{16,}\"");
    HttpResponse<String> again = served.get(script(), "If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(served.get(script(), "If-None-Match", "\"0000\"").statusCode()).isEqualTo(200);
  }

  @Test
  void fileIsPackedForThoseWhoTakeThat() {
    HttpResponse<String> plain = served.get(script());
    HttpResponse<String> packed = served.get(script(), "Accept-Encoding", "br, gzip");
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(packed.headers().firstValue("ETag"))
        .isNotEqualTo(plain.headers().firstValue("ETag"));
    assertThat(packed.headers().firstValue("Vary")).contains("Accept-Encoding");
    assertThat(served.get(script(), "Accept-Encoding", "gzip;q=0").body()).isEqualTo(plain.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../openapi.yaml",
        "/../../../../etc/passwd",
        "/%2e%2e/openapi.yaml",
        "/..%2fopenapi.yaml",
        "/%2e%2e%2f%2e%2e%2fServer.class",
        "/a/..\\..\\openapi.yaml",
        "/....//openapi.yaml",
        "/%252e%252e/openapi.yaml",
        "/.hidden.js",
        "/a%00.js",
        "//etc/passwd",
        "/../Server.class"
      })
  void noPathLeadsOutOfThePagesFolder(String path) throws IOException {
    String answer =
        served.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(answer)
        .doesNotContain("openapi: 3", "root:", "\u00ca\u00fe\u00ba\u00be", "openSession");
    if (answer.startsWith("HTTP/1.1 200")) {
      assertThat(answer).as("the index and nothing else").containsIgnoringCase("<!doctype html>");
    } else {
      assertThat(answer).containsPattern("^HTTP/1\\.1 40[04]").contains("problem+json");
    }
  }

  @Test
  void unknownFileIsNotTheIndex() {
    assertThat(served.get("/nothing.js").statusCode()).isEqualTo(404);
    assertThat(served.send("POST", "/").statusCode()).isEqualTo(405);
  }
}
