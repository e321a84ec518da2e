package dev.sluice.harness.server;

import dev.sluice.harness.documents.NoSuchDocumentException;
import dev.sluice.harness.jobs.JobConflictException;
import dev.sluice.harness.jobs.NoSuchJobException;
import dev.sluice.harness.plan.PlanProblemsException;
import dev.sluice.scorers.PrerequisiteException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever goes wrong into what the client may know of it, and logs the rest. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  private Problems() {}

  /** Answer a request that failed. */
  static void answer(RoutingContext context) {
    Throwable failure = context.failure();
    Problem problem = failure == null ? bare(context) : of(failure, context.request());
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "{} {}: {}", context.request().method(), context.request().path(), problem.detail());
    }
    if (context.response().headWritten()) {
      context.response().reset();
      return;
    }
    problem.reply().send(context);
  }

  /** A failure that is only a status. */
  private static Problem bare(RoutingContext context) {
    return switch (context.statusCode()) {
      case 404 -> Problem.of(404, "nothing is found at this path");
      case 405 -> Problem.of(405, "this path does not take " + context.request().method());
      case 413 -> tooLarge();
      case 503 -> Problem.of(503, "the answer took too long and was given up");
      default -> Problem.of(context.statusCode() < 400 ? 500 : context.statusCode(), "refused");
    };
  }

  /** Answer what is no HTTP, or has more of it than is taken. */
  static void malformed(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    int status =
        cause instanceof TooLongHttpLineException
            ? 414
            : cause instanceof TooLongHttpHeaderException ? 431 : 400;
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/problem+json")
        .end(Problem.of(status, "the head of the request is no HTTP, or too long").reply().text());
    request.connection().close();
  }

  private static Problem tooLarge() {
    return Problem.of(413, "the body is larger than the service takes").with("Connection", "close");
  }

  static Problem of(Throwable failure, HttpServerRequest request) {
    return switch (failure) {
      case Problem.Thrown thrown -> thrown.problem();
      case NoSuchJobException none -> Problem.of(404, message(none));
      case NoSuchDocumentException none -> Problem.of(404, message(none));
      case JobConflictException conflict -> Problem.of(409, message(conflict));
      case PlanProblemsException problems -> problems(problems);
      case PrerequisiteException refused -> Problem.of(422, message(refused));
      case SchemaValidationException invalid -> Problem.of(400, invalid(invalid));
      case ValidatorException invalid -> Problem.of(400, message(invalid));
      case HttpException http when http.getStatusCode() == 413 -> tooLarge();
      case HttpException http -> Problem.of(http.getStatusCode(), "refused");
      default -> unexpected(failure, request);
    };
  }

  private static Problem problems(PlanProblemsException failure) {
    List<Problem.OfKey> errors =
        failure.problems().stream()
            .map(p -> new Problem.OfKey(p.key().orElse(""), p.text()))
            .toList();
    return new Problem(422, message(failure), errors, Map.of());
  }

  private static String message(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), "refused");
  }

  /** What is wrong with a parameter, or where in the body. */
  private static String invalid(SchemaValidationException failure) {
    String message = message(failure);
    @Nullable OutputUnit output = failure.getOutputUnit();
    List<OutputUnit> errors =
        output == null || output.getErrors() == null ? List.of() : output.getErrors();
    return errors.stream()
        .filter(e -> e.getInstanceLocation() != null && e.getError() != null)
        .reduce(
            (a, b) -> b.getInstanceLocation().length() > a.getInstanceLocation().length() ? b : a)
        .map(e -> message + " (at " + e.getInstanceLocation() + ": " + e.getError() + ")")
        .orElse(message);
  }

  private static Problem unexpected(Throwable failure, HttpServerRequest request) {
    byte[] bytes = new byte[6];
    RANDOM.nextBytes(bytes);
    String reference = HexFormat.of().formatHex(bytes);
    LOG.error("{} {} failed, reference {}", request.method(), request.path(), reference, failure);
    return Problem.of(
        500, "a defect of Sluice or of the machine; the service's log has it as " + reference);
  }
}
