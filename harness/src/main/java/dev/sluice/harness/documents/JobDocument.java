package dev.sluice.harness.documents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobJson;
import dev.sluice.harness.jobs.Jobs;
import java.util.List;
import java.util.OptionalInt;

/** Jobs as the contract's {@code Job} and {@code Jobs}. */
public final class JobDocument {
  private JobDocument() {}

  /** A page of all jobs. */
  public static ObjectNode list(Jobs jobs, int offset, int limit) {
    List<Job> all = jobs.list();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode page = node.putArray("jobs");
    all.stream().skip(offset).limit(limit).forEach(job -> page.add(of(job, all, jobs)));
    return node.put("total", all.size());
  }

  /** One job. */
  public static ObjectNode of(Job job, Jobs jobs) {
    return of(job, jobs.list(), jobs);
  }

  private static ObjectNode of(Job job, List<Job> all, Jobs jobs) {
    int place =
        all.stream()
            .filter(j -> j.state() == Job.State.QUEUED)
            .map(Job::name)
            .toList()
            .indexOf(job.name());
    boolean waits = job.state() == Job.State.QUEUED && place >= 0;
    return JobJson.node(
        new JobJson.View(
            job,
            waits ? OptionalInt.of(place + 1) : OptionalInt.empty(),
            jobs.progress(job.name())));
  }
}
