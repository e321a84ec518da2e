package dev.sluice.harness.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** What one command did. */
record Ran(int code, String out, String err) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Run a command in this process. */
  static Ran of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
    return new Ran(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** Fail unless the command did what was asked. */
  Ran done() {
    assertThat(code).as("exit code; stderr:\n%s", err).isEqualTo(ExitCode.DONE);
    return this;
  }

  /** Fail unless the command was refused by one line that has these texts, without a trace. */
  Ran refused(String... texts) {
    assertThat(code).as("exit code; stderr:\n%s", err).isEqualTo(ExitCode.PREREQUISITE);
    assertThat(out).as("stdout of what was refused").isEmpty();
    assertThat(err.lines()).as("lines of:\n%s", err).hasSize(1);
    assertThat(err).startsWith("sluice: ").contains(texts);
    return this;
  }

  /** Stdout as one JSON object a line. */
  List<JsonNode> events() {
    return out.lines().map(Ran::json).toList();
  }

  /** Stdout as one JSON value. */
  JsonNode json() {
    return json(out);
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
