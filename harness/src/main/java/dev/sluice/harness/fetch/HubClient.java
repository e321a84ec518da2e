package dev.sluice.harness.fetch;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Speaks with the hub: one request at a time, redirects followed here so that the token goes to the
 * endpoint's own scheme, host and port and to nobody else.
 */
final class HubClient implements AutoCloseable {
  private static final int REDIRECTS = 10;
  private static final int LONGEST_LIST = 256 << 20;

  private final HubSettings settings;
  private final Pace pace;
  private final HttpClient http;

  HubClient(HubSettings settings, Pace pace) {
    this.settings = settings;
    this.pace = pace;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
  }

  /** The repository's commit and files. */
  HubListing listing(HubRepo repo) throws TryAgain, InterruptedException {
    URI uri =
        at(
            "api/"
                + repo.type().id()
                + "/"
                + repo.id()
                + "/revision/"
                + encoded(repo.revision())
                + "?blobs=true");
    HttpResponse<InputStream> answer = follow(repo, new Question("GET", uri, 0, true));
    try (Body body = new Body(success(repo, answer, 200), pace.stall())) {
      return HubListing.parse(repo, body.all(LONGEST_LIST));
    }
  }

  /** A file with size and etag as its own address names them, where the list lacks them. */
  HubFile described(HubListing listing, HubFile file) throws TryAgain, InterruptedException {
    // The answer before a redirect to another host is the one that speaks of the file itself.
    Question question = new Question("HEAD", address(listing, file), 0, false);
    HttpResponse<InputStream> answer = follow(listing.repo(), question);
    if (answer.statusCode() >= 400) {
      throw new Refusal(listing.repo(), settings, pace.clock()).of(answer);
    }
    HttpHeaders headers = answer.headers();
    boolean direct = answer.statusCode() == 200;
    String etag =
        headers.firstValue("X-Linked-Etag").or(() -> headers.firstValue("ETag")).orElse("");
    long size =
        headers
            .firstValue("X-Linked-Size")
            .or(() -> direct ? headers.firstValue("Content-Length") : Optional.empty())
            .filter(v -> v.matches("\\d{1,18}"))
            .map(Long::parseLong)
            .orElse(-1L);
    String name = etag.replaceFirst("^W/", "").replace("\"", "");
    if (size < 0 || !name.matches("(?!\\.)[\\w.-]{1,128}")) {
      throw new PrerequisiteException(
          settings.endpoint()
              + " does not say the size and etag of "
              + file.path()
              + ", so it could not be checked: use a hub that does (HF_ENDPOINT)");
    }
    return new HubFile(file.path(), size, name);
  }

  /** The file's bytes from an offset on: 206 with these, or 200 with all of them. */
  Answer open(HubListing listing, HubFile file, long from) throws TryAgain, InterruptedException {
    URI uri = address(listing, file);
    HttpResponse<InputStream> answer = follow(listing.repo(), new Question("GET", uri, from, true));
    if (answer.statusCode() == 416 && from > 0) {
      answer = drop(answer, uri, listing.repo());
    }
    boolean partial = answer.statusCode() == 206 && from > 0;
    Body body = new Body(success(listing.repo(), answer, partial ? 206 : 200), pace.stall());
    return new Answer(partial ? start(answer.headers()) : 0, body);
  }

  /** What has arrived lies beyond the end as this server knows it: ask for the whole. */
  private HttpResponse<InputStream> drop(HttpResponse<InputStream> answer, URI uri, HubRepo repo)
      throws TryAgain, InterruptedException {
    close(answer);
    return follow(repo, new Question("GET", uri, 0, true));
  }

  /**
   * @param start the offset of the first byte
   */
  record Answer(long start, Body body) {}

  private static long start(HttpHeaders headers) {
    String range = headers.firstValue("Content-Range").orElse("");
    String start = range.replaceFirst("(?i)^bytes\\s+(\\d{1,18})-.*$", "$1");
    return start.matches("\\d+") ? Long.parseLong(start) : -1;
  }

  /**
   * @param elsewhere whether redirects to another host are followed
   */
  private record Question(String method, URI uri, long from, boolean elsewhere) {
    Question at(URI other) {
      return new Question(method, other, from, elsewhere);
    }
  }

  private HttpResponse<InputStream> success(
      HubRepo repo, HttpResponse<InputStream> answer, int wanted) throws TryAgain {
    if (answer.statusCode() == wanted) {
      return answer;
    }
    close(answer);
    throw new Refusal(repo, settings, pace.clock()).of(answer);
  }

  private HttpResponse<InputStream> follow(HubRepo repo, Question first)
      throws TryAgain, InterruptedException {
    Question question = first;
    for (int hop = 0; hop <= REDIRECTS; hop++) {
      HttpResponse<InputStream> answer = send(question);
      String location = answer.headers().firstValue("Location").orElse("");
      int status = answer.statusCode();
      boolean redirect = status >= 301 && status <= 308 && status != 304 && !location.isEmpty();
      if (!redirect) {
        return answer;
      }
      URI next = next(question.uri(), location);
      if (!first.elsewhere() && !own(next)) {
        return answer;
      }
      close(answer);
      question = question.at(next);
    }
    throw new PrerequisiteException(
        "the hub redirects more than " + REDIRECTS + " times for " + repo + ": check HF_ENDPOINT");
  }

  private static URI next(URI from, String location) throws TryAgain {
    try {
      URI next = from.resolve(location);
      String scheme = String.valueOf(next.getScheme()).toLowerCase(Locale.ROOT);
      boolean safe = scheme.equals("https") || scheme.equals(from.getScheme());
      if (safe && next.getHost() != null) {
        return next;
      }
    } catch (IllegalArgumentException e) {
      throw new TryAgain("redirect to " + Shown.quote(location) + ", which is no address", e);
    }
    throw new PrerequisiteException(
        from.getHost()
            + " redirects to "
            + Shown.quote(location)
            + ", which is not https: check HF_ENDPOINT and what stands between you and the hub");
  }

  private HttpResponse<InputStream> send(Question question) throws TryAgain, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(question.uri())
            .method(question.method(), HttpRequest.BodyPublishers.noBody())
            .header("User-Agent", "sluice")
            .header("Accept-Encoding", "identity");
    if (question.from() > 0) {
      request.header("Range", "bytes=" + question.from() + "-");
    }
    if (!settings.token().isEmpty() && own(question.uri())) {
      request.header("Authorization", "Bearer " + settings.token());
    }
    // The request's own timeout would, on later JDKs, bound the whole body and not just silence.
    CompletableFuture<HttpResponse<InputStream>> answer =
        http.sendAsync(request.build(), BodyHandlers.ofInputStream());
    try {
      return answer.get(pace.stall().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new TryAgain(question.uri().getHost() + " does not answer", e);
    } catch (ExecutionException e) {
      throw failure(question.uri(), e);
    }
  }

  private static TryAgain failure(URI uri, ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    if (untrusted(cause)) {
      throw new PrerequisiteException(
          uri.getHost()
              + " cannot be trusted ("
              + Shown.reason(cause)
              + "): check the clock, and whether a proxy's certificate is in the JDK's trust store",
          cause);
    }
    return new TryAgain(
        "no answer from " + uri.getHost() + " (" + Shown.reason(cause) + ")", cause);
  }

  /** A certificate that is refused today is refused a second later. */
  private static boolean untrusted(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(REDIRECTS)
        .anyMatch(GeneralSecurityException.class::isInstance);
  }

  private boolean own(URI uri) {
    URI hub = settings.endpoint();
    return hub.getScheme().equalsIgnoreCase(uri.getScheme())
        && hub.getHost().equalsIgnoreCase(String.valueOf(uri.getHost()))
        && port(hub) == port(uri);
  }

  private static int port(URI uri) {
    int standard = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    return uri.getPort() == -1 ? standard : uri.getPort();
  }

  private URI address(HubListing listing, HubFile file) {
    String path =
        Arrays.stream(file.path().split("/", -1))
            .map(HubClient::encoded)
            .collect(Collectors.joining("/"));
    HubRepo repo = listing.repo();
    return at(repo.type().urlPrefix() + repo.id() + "/resolve/" + listing.commit() + "/" + path);
  }

  private URI at(String path) {
    return URI.create(settings.endpoint() + "/" + path);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static void close(HttpResponse<InputStream> answer) throws TryAgain {
    try {
      answer.body().close();
    } catch (IOException e) {
      throw new TryAgain(Shown.reason(e), e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
