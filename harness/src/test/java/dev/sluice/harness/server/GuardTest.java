package dev.sluice.harness.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.access.Secret;
import dev.sluice.harness.jobs.Job.State;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
  private static final String BEARER = "Bearer " + Served.TOKEN;

  @TempDir private Path journals;

  private static void refused(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.168.0.1", "some.host"})
  void anAddressThatOthersReachNeedsAToken(String host) {
    assertThatThrownBy(() ->
            new ServerOptions(
                new ServerOptions.Binding(host, 0, Set.of(), Optional.empty()),
                Optional.empty(),
                ServerOptions.Metrics.USUAL,
                Limits.USUAL))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("--host " + host)
        .hasMessageContaining("--token-file");
  }

  @Test
  void withATokenNothingButPageHealthAndLoginIsOpen() {
    try (Served served = Served.withToken(journals)) {
      for (String path :
          List.of(
              "/api/v1/jobs",
              "/api/v1/events",
              "/api/v1/jobs/x/events",
              "/api/v1/sweeps/x/report",
              "/api/v1/compare?of=x",
              "/api/v1/models",
              "/metrics")) {
        HttpResponse<String> response = served.get(path);
        refused(response, 401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
      }
      refused(served.ask("POST", "/api/v1/jobs", "{}"), 401);
      for (String path : List.of("/healthz", "/readyz", "/api/v1/session")) {
        assertThat(served.get(path).statusCode()).as(path).isEqualTo(200);
      }
    }
  }

  @Test
  void theTokenOpensEverything() {
    try (Served served = Served.withToken(journals)) {
      served.jobs.put("x", State.RUNNING);
      assertThat(served.get("/api/v1/jobs", "Authorization", BEARER).statusCode()).isEqualTo(200);
      assertThat(served.get("/metrics", "Authorization", "bearer " + Served.TOKEN).statusCode())
          .isEqualTo(200);
      assertThat(served.send("POST", "/api/v1/jobs/x/pause", "Authorization", BEARER).statusCode())
          .isEqualTo(202);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer 0123456789abcdef012",
        "Bearer 0123456789abcdef01234",
        "Bearer ",
        "Bearer",
        "Basic 0123456789abcdef0123",
        "0123456789abcdef0123"
      })
  void anythingElseIsNotTheToken(String header) {
    try (Served served = Served.withToken(journals)) {
      refused(served.get("/api/v1/jobs", "Authorization", header), 401);
    }
  }

  @Test
  void aBrowserLogsInAndOut() {
    try (Served served = Served.withToken(journals)) {
      refused(served.ask("POST", "/api/v1/session", "{\"token\": \"wrong-wrong-wrong\"}"), 401);
      HttpResponse<String> opened =
          served.ask("POST", "/api/v1/session", "{\"token\": \"" + Served.TOKEN + "\"}");
      assertThat(opened.body()).isEqualTo("{\"tokenNeeded\":true,\"open\":true}");
      String set = opened.headers().firstValue("Set-Cookie").orElseThrow();
      assertThat(set)
          .containsIgnoringCase("HttpOnly")
          .contains("SameSite=Strict", "Path=/", "Max-Age=604800")
          .doesNotContain("Secure", Served.TOKEN);
      String cookie = set.substring(0, set.indexOf(';'));
      assertThat(served.get("/api/v1/jobs", "Cookie", cookie).statusCode()).isEqualTo(200);
      assertThat(
              served
                  .send("DELETE", "/api/v1/session", "Cookie", cookie, "Origin", served.origin())
                  .statusCode())
          .isEqualTo(200);
      refused(served.get("/api/v1/jobs", "Cookie", cookie), 401);
      refused(served.get("/api/v1/jobs", "Cookie", cookie + "0"), 401);
    }
  }

  @Test
  void theCookieIsForTlsAloneBehindATlsProxy() {
    try (Served served = Served.withToken(journals)) {
      HttpResponse<String> opened =
          served.send(
              "POST",
              "/api/v1/session",
              Optional.of("{\"token\": \"" + Served.TOKEN + "\"}"),
              "Content-Type",
              "application/json",
              "Origin",
              served.origin(),
              "X-Forwarded-Proto",
              "https");
      assertThat(opened.headers().firstValue("Set-Cookie").orElseThrow()).contains("Secure");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://evil.example",
    "Origin, null",
    "Origin, http://127.0.0.1",
    "Sec-Fetch-Site, cross-site",
    "Sec-Fetch-Site, same-site",
    "Sec-Fetch-Site, none",
    "X-Other, x"
  })
  void whatAnotherSiteMaySendChangesNothing(String header, String value) {
    try (Served served = Served.open(journals)) {
      served.jobs.put("x", State.RUNNING);
      refused(served.send("POST", "/api/v1/jobs/x/cancel", header, value), 403);
      assertThat(served.jobs.get("x").state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void aForeignOriginIsNotHealedByTheFetchHeader() {
    try (Served served = Served.open(journals)) {
      served.jobs.put("x", State.RUNNING);
      refused(
          served.send(
              "POST",
              "/api/v1/jobs/x/cancel",
              "Sec-Fetch-Site",
              "same-origin",
              "Origin",
              "http://evil.example"),
          403);
      assertThat(
              served
                  .send("POST", "/api/v1/jobs/x/cancel", "Sec-Fetch-Site", "same-origin")
                  .statusCode())
          .isEqualTo(202);
    }
  }

  @Test
  void aCookieAloneChangesNothing() {
    try (Served served = Served.withToken(journals)) {
      served.jobs.put("x", State.RUNNING);
      String set =
          served
              .ask("POST", "/api/v1/session", "{\"token\": \"" + Served.TOKEN + "\"}")
              .headers()
              .firstValue("Set-Cookie")
              .orElseThrow();
      String cookie = set.substring(0, set.indexOf(';'));
      refused(served.send("POST", "/api/v1/jobs/x/cancel", "Cookie", cookie), 403);
      assertThat(
              served
                  .send(
                      "POST", "/api/v1/jobs/x/cancel", "Cookie", cookie, "Origin", served.origin())
                  .statusCode())
          .isEqualTo(202);
    }
  }

  @ParameterizedTest
  @CsvSource({"evil.example,421", "sluice.test:80,200", "localhost,200", "[::1]:1,200", "'',421"})
  void theHostHeaderMustNameThisService(String host, int status) throws IOException {
    try (Served served = Served.open(journals)) {
      String answer =
          served.raw(
              "GET /api/v1/jobs HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 " + status);
    }
  }

  @Test
  void metricsMayHaveATokenOfTheirOwnOrNone() {
    Optional<Secret> token = Optional.of(Secret.of(Served.TOKEN, "test"));
    String own = "scraper-scraper-scraper";
    ServerOptions.Metrics withOwn =
        new ServerOptions.Metrics("/scrape/here", false, Optional.of(Secret.of(own, "test")));
    try (Served served = Served.with(Served.options(token, withOwn), journals)) {
      refused(served.get("/scrape/here"), 401);
      String scraper = "Bearer " + own;
      assertThat(served.get("/scrape/here", "Authorization", scraper).statusCode()).isEqualTo(200);
      assertThat(served.get("/scrape/here", "Authorization", BEARER).statusCode()).isEqualTo(200);
      refused(served.get("/api/v1/jobs", "Authorization", scraper), 401);
    }
    try (Served served = Served.with(Served.options(Optional.empty(), withOwn), journals)) {
      refused(served.get("/scrape/here"), 401);
    }
    ServerOptions.Metrics open = new ServerOptions.Metrics("/metrics", true, Optional.empty());
    try (Served served = Served.with(Served.options(token, open), journals)) {
      assertThat(served.get("/metrics").statusCode()).isEqualTo(200);
      refused(served.get("/api/v1/jobs"), 401);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"metrics", "/api/metrics", "/a b", "/healthz", "/../x", "", "/x/"})
  void metricsGoWhereNothingElseIs(String path) {
    assertThatThrownBy(() -> new ServerOptions.Metrics(path, false, Optional.empty()))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("--metrics-path");
  }

  @Test
  void everyAnswerForbidsWhatThePageDoesNotNeed() {
    try (Served served = Served.open(journals)) {
      for (String path : List.of("/", "/healthz", "/metrics", "/api/v1/jobs", "/api/nothing")) {
        HttpResponse<String> response = served.get(path);
        String policy = response.headers().firstValue("Content-Security-Policy").orElse("");
        assertThat(policy)
            .as(path)
            .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
            .doesNotContain("unsafe", "http:", "https:", "*");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      }
    }
  }
}
