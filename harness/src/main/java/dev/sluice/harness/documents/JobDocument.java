package dev.sluice.harness.documents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.Jobs;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** Jobs as the contract's {@code Job} and {@code Jobs}. */
public final class JobDocument {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JobDocument() {}

  /** A page of all jobs. */
  public static ObjectNode list(Jobs jobs, int offset, int limit) {
    List<Job> all = jobs.list();
    ObjectNode node = JSON.createObjectNode();
    ArrayNode page = node.putArray("jobs");
    all.stream().skip(offset).limit(limit).forEach(job -> page.add(of(job, all, jobs)));
    return node.put("total", all.size());
  }

  /** One job. */
  public static ObjectNode of(Job job, Jobs jobs) {
    return of(job, jobs.list(), jobs);
  }

  private static ObjectNode of(Job job, List<Job> all, Jobs jobs) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", job.name());
    node.put("kind", job.kind().name().toLowerCase(Locale.ROOT));
    node.put("state", job.state().name().toLowerCase(Locale.ROOT));
    node.put("priority", job.priority());
    if (job.state() == Job.State.QUEUED) {
      List<String> line =
          all.stream().filter(j -> j.state() == Job.State.QUEUED).map(Job::name).toList();
      int place = line.indexOf(job.name()) + 1;
      if (place > 0) {
        node.put("place", place);
      }
    }
    node.put("created", job.times().created().toString());
    job.times().started().ifPresent(t -> node.put("started", t.toString()));
    job.times().ended().ifPresent(t -> node.put("ended", t.toString()));
    job.problem().ifPresent(p -> node.put("problem", p));
    ObjectNode plan = node.putObject("plan");
    job.plan().forEach(plan::put);
    jobs.progress(job.name()).ifPresent(p -> node.set("progress", progress(p)));
    return node;
  }

  private static JsonNode progress(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
