package dev.sluice.harness.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/**
 * What is wrong, for the client, by RFC 9457.
 *
 * @param detail the value, the rule and the next step; never internals
 * @param errors by key of a plan
 * @param headers to send along
 */
record Problem(int status, String detail, Map<String, String> errors, Map<String, String> headers) {

  static Problem of(int status, String detail) {
    return new Problem(status, detail, Map.of(), Map.of());
  }

  Problem with(String header, String value) {
    return new Problem(status, detail, errors, Map.of(header, value));
  }

  Reply reply() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "about:blank")
            .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
            .put("status", status)
            .put("detail", detail);
    if (!errors.isEmpty()) {
      ArrayNode list = json.putArray("errors");
      errors.forEach((key, problem) -> list.addObject().put("key", key).put("problem", problem));
    }
    Reply reply = Reply.json(status, json).as("application/problem+json");
    headers.forEach(reply::header);
    return reply;
  }

  /** Thrown where an operation cannot be done. */
  static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    Thrown(Problem problem) {
      super(problem.detail());
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  Thrown thrown() {
    return new Thrown(this);
  }
}
