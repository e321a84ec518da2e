package dev.sluice.harness.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Jobs as JSON, as the service's contract describes {@code Job} and {@code Jobs}. */
public final class JobJson {
  /** Jobs of a list that are written out; the others are only counted. */
  public static final int MOST_LISTED = 200;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JobJson() {}

  /**
   * A job at one moment.
   *
   * @param place in line from 1; empty for a job that does not wait
   * @param progress JSON, see {@link Jobs#progress}
   */
  public record View(Job job, OptionalInt place, Optional<String> progress) {}

  /** One job as one line of JSON. */
  public static String of(View view) {
    return text(node(view));
  }

  /**
   * A list as one line of JSON.
   *
   * @param views the first of them
   * @param total of all
   */
  public static String of(List<View> views, int total) {
    ObjectNode list = MAPPER.createObjectNode();
    ArrayNode jobs = list.putArray("jobs");
    views.stream().limit(MOST_LISTED).forEach(view -> jobs.add(node(view)));
    return text(list.put("total", total));
  }

  /** A warning as one line of JSON ({@code Note}). */
  static String note(String text) {
    return text(MAPPER.createObjectNode().put("text", text));
  }

  /** One job as a tree. */
  public static ObjectNode node(View view) {
    Job job = view.job();
    ObjectNode node = MAPPER.createObjectNode();
    node.put("name", job.name());
    node.put("kind", id(job.kind()));
    node.put("state", id(job.state()));
    node.put("priority", job.priority());
    view.place().ifPresent(place -> node.put("place", place));
    node.put("created", job.times().created().toString());
    job.times().started().ifPresent(t -> node.put("started", t.toString()));
    job.times().ended().ifPresent(t -> node.put("ended", t.toString()));
    job.problem().ifPresent(problem -> node.put("problem", problem));
    ObjectNode plan = node.putObject("plan");
    job.plan().forEach(plan::put);
    view.progress().ifPresent(json -> node.putRawValue("progress", new RawValue(json)));
    return node;
  }

  private static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String text(ObjectNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
