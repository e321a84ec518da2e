package dev.sluice.harness.fetch;

import dev.sluice.scorers.PrerequisiteException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** What an answer that is no success means: try again, or a message. */
final class Refusal {
  private final HubRepo repo;
  private final HubSettings settings;
  private final Clock clock;

  Refusal(HubRepo repo, HubSettings settings, Clock clock) {
    this.repo = repo;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * @throws TryAgain if another try may succeed
   * @throws PrerequisiteException if it will not
   */
  PrerequisiteException of(HttpResponse<?> answer) throws TryAgain {
    int status = answer.statusCode();
    if (status == 429 || status == 408 || status >= 500) {
      throw new TryAgain(
          answer.uri().getHost() + " answers " + status, retryAfter(answer.headers()));
    }
    String code = answer.headers().firstValue("X-Error-Code").orElse("");
    if (code.equals("GatedRepo")) {
      return new PrerequisiteException(gated());
    }
    if (code.equals("RevisionNotFound")) {
      return new PrerequisiteException(
          repo.id() + " has no revision " + Shown.quote(repo.revision()) + ": see " + page());
    }
    return new PrerequisiteException(
        switch (status) {
          case 401 -> unauthorised();
          case 403 -> forbidden(answer.headers());
          case 404 -> unknown();
          default ->
              answer.uri().getHost()
                  + " answers "
                  + status
                  + said(answer.headers())
                  + " for "
                  + repo
                  + ": check the id, and HF_ENDPOINT if it is set";
        });
  }

  private Duration retryAfter(HttpHeaders headers) {
    Optional<String> value = headers.firstValue("Retry-After").map(String::strip);
    if (value.isEmpty()) {
      return Duration.ZERO;
    }
    if (value.get().matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value.get()));
    }
    try {
      ZonedDateTime until = ZonedDateTime.parse(value.get(), DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(clock.instant(), until.toInstant());
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      // A date that cannot be read asks for nothing; the back-off decides.
      return Duration.ZERO;
    }
  }

  private String page() {
    return settings.endpoint() + "/" + repo.type().urlPrefix() + repo.id();
  }

  private String gated() {
    return repo.id()
        + " is gated: accept its terms on "
        + page()
        + (settings.token().isEmpty()
            ? ", and set HF_TOKEN to a token of the account that did"
            : " with the account of your token, which has no access yet");
  }

  private String unauthorised() {
    return settings.token().isEmpty()
        ? "the hub has no "
            + repo.type().one()
            + " '"
            + repo.id()
            + "' for everyone: check the id, or set HF_TOKEN if it is private"
        : "the hub does not accept the token for "
            + repo.id()
            + ": check the id, and that HF_TOKEN (or the token file) holds a valid token";
  }

  private String forbidden(HttpHeaders headers) {
    return "access to "
        + repo.id()
        + " is forbidden"
        + said(headers)
        + ": see "
        + page()
        + " for what it asks, and set HF_TOKEN to a token that may read it";
  }

  private String unknown() {
    return "the hub has no "
        + repo.type().one()
        + " '"
        + repo.id()
        + "' with revision '"
        + repo.revision()
        + "': check both on "
        + settings.endpoint();
  }

  private static String said(HttpHeaders headers) {
    return headers.firstValue("X-Error-Message").map(m -> " (" + Shown.plain(m) + ")").orElse("");
  }
}
