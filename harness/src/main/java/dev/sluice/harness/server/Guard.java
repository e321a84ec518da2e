package dev.sluice.harness.server;

import dev.sluice.harness.access.HostNames;
import dev.sluice.harness.access.Secret;
import dev.sluice.harness.access.Sessions;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;

/** Who may do what: host names, token and sessions, requests from other sites. */
final class Guard {
  private static final Set<String> HARMLESS = Set.of("GET", "HEAD", "OPTIONS");
  private static final String BEARER = "Bearer ";

  private final ServerOptions options;
  private final HostNames hosts;
  private final Sessions sessions;

  Guard(ServerOptions options, Sessions sessions) {
    this.options = options;
    this.hosts = options.binding().hostNames();
    this.sessions = sessions;
  }

  /** Refuse a request that calls this service by a name which is not its own. */
  void host(RoutingContext context) {
    String host = context.request().getHeader("Host");
    if (host == null || !hosts.allows(host)) {
      throw Problem.of(
              421,
              "this service does not go by that name: use localhost or an address, or start it with"
                  + " --hosts NAME")
          .thrown();
    }
    context.next();
  }

  /** Refuse what changes something and may have been sent by a page of another site. */
  void origin(RoutingContext context) {
    boolean harmless = HARMLESS.contains(context.request().method().name());
    if (!harmless
        && !bearer(context.request(), options.token())
        && !sameOrigin(context.request())) {
      throw Problem.of(
              403,
              "a request that changes something needs the token (Authorization: Bearer ...), or a"
                  + " header 'Origin: SCHEME://HOST:PORT' of this very service, as browsers send it")
          .thrown();
    }
    context.next();
  }

  private static boolean sameOrigin(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    String origin = request.getHeader("Origin");
    if (site == null && origin == null) {
      return false;
    }
    boolean siteOurs = site == null || site.equals("same-origin");
    // Behind a proxy the scheme that the browser sees is not known here.
    boolean originOurs =
        origin == null || origin.replaceFirst("^https?://", "").equals(request.getHeader("Host"));
    return siteOurs && originOurs;
  }

  /** Refuse whom the service does not know. */
  void token(RoutingContext context) {
    if (!isOpenTo(context)) {
      throw unknown("log in at the page, or send the token: Authorization: Bearer ...");
    }
    context.next();
  }

  /** Whether no token is needed, or this client has shown it. */
  boolean isOpenTo(RoutingContext context) {
    return options.token().isEmpty()
        || bearer(context.request(), options.token())
        || session(context).filter(sessions::isOpen).isPresent();
  }

  boolean tokenNeeded() {
    return options.token().isPresent();
  }

  /** Refuse a scraper that has neither the metrics' own token nor may use the service. */
  void metrics(RoutingContext context) {
    ServerOptions.Metrics metrics = options.metrics();
    boolean asAnyOther = (metrics.token().isEmpty() || tokenNeeded()) && isOpenTo(context);
    if (!metrics.open() && !asAnyOther && !bearer(context.request(), metrics.token())) {
      throw unknown("send the scraper's token: Authorization: Bearer ...");
    }
    context.next();
  }

  private static Problem.Thrown unknown(String detail) {
    return Problem.of(401, detail).with("WWW-Authenticate", "Bearer realm=\"sluice\"").thrown();
  }

  private static boolean bearer(HttpServerRequest request, Optional<Secret> token) {
    String header = request.getHeader("Authorization");
    return header != null
        && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && token.filter(t -> t.matches(header.substring(BEARER.length()).strip())).isPresent();
  }

  /** The id in the cookie, whether or not there is such a session. */
  Optional<String> session(RoutingContext context) {
    return Optional.ofNullable(context.request().getCookie(cookieName(context)))
        .map(Cookie::getValue);
  }

  /** Cookies do not know ports, and two services may run on one host. */
  static String cookieName(RoutingContext context) {
    return "sluice-" + context.request().localAddress().port();
  }
}
