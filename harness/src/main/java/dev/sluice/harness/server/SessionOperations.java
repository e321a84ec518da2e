package dev.sluice.harness.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.harness.access.Sessions;
import dev.sluice.harness.server.Call.Operation;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Log in, log out. */
final class SessionOperations {
  private final ServerOptions options;
  private final Sessions sessions;
  private final Guard guard;

  SessionOperations(ServerOptions options, Sessions sessions, Guard guard) {
    this.options = options;
    this.sessions = sessions;
    this.guard = guard;
  }

  Map<String, Operation> all() {
    return Map.of(
        "openSession", this::open,
        "getSession", call -> answer(guard.isOpenTo(call.context())),
        "closeSession", this::close);
  }

  private Reply open(Call call) {
    if (options.token().isEmpty()) {
      return answer(true);
    }
    String guess = call.body().getString("token");
    if (options.token().filter(t -> t.matches(guess)).isEmpty()) {
      throw Problem.of(401, "this is not the token that the service was started with").thrown();
    }
    return answer(true).header("Set-Cookie", cookie(call.context(), sessions.open(), false));
  }

  private Reply close(Call call) {
    guard.session(call.context()).ifPresent(sessions::close);
    return answer(!guard.tokenNeeded()).header("Set-Cookie", cookie(call.context(), "", true));
  }

  private static String cookie(RoutingContext context, String id, boolean gone) {
    // A proxy in front may speak TLS where this service does not; a liar harms only himself.
    boolean secure =
        context.request().isSSL()
            || "https".equals(context.request().getHeader("X-Forwarded-Proto"));
    return Cookie.cookie(Guard.cookieName(context), id)
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.STRICT)
        .setPath("/")
        .setSecure(secure)
        .setMaxAge(gone ? 0 : Sessions.LIFETIME.toSeconds())
        .encode();
  }

  private Reply answer(boolean open) {
    return Reply.json(
        JsonNodeFactory.instance
            .objectNode()
            .put("tokenNeeded", guard.tokenNeeded())
            .put("open", open));
  }
}
