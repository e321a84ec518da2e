package dev.sluice.harness.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;

/**
 * What is wrong, for the client, by RFC 9457.
 *
 * @param detail the value, the rule and the next step; never internals
 * @param errors of a plan
 * @param headers to send along
 */
record Problem(int status, String detail, List<OfKey> errors, Map<String, String> headers) {
  /** What is wrong with one key; the key is empty where it is about none. */
  record OfKey(String key, String text) {
    private void into(ObjectNode node) {
      if (!key.isEmpty()) {
        node.put("key", key);
      }
      node.put("problem", text);
    }
  }

  Problem {
    errors = List.copyOf(errors);
    headers = Map.copyOf(headers);
  }

  static Problem of(int status, String detail) {
    return new Problem(status, detail, List.of(), Map.of());
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
      errors.forEach(e -> e.into(list.addObject()));
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
