package dev.sluice.harness.server;

import dev.sluice.harness.documents.JobDocument;
import dev.sluice.harness.jobs.Adjustment;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.jobs.Jobs;
import dev.sluice.harness.server.Call.Operation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What can be asked of jobs, streams excepted. */
final class JobOperations {
  private final Supplier<Jobs> jobs;

  JobOperations(Supplier<Jobs> jobs) {
    this.jobs = jobs;
  }

  Map<String, Operation> all() {
    return Map.of(
        "listJobs",
        call -> Reply.json(JobDocument.list(jobs.get(), call.offset(), call.limit())),
        "createJob",
        this::create,
        "getJob",
        call -> reply(200, jobs.get().get(call.name())),
        "adjustJob",
        this::adjust,
        "pauseJob",
        call -> accepted(call, Jobs::pause),
        "resumeJob",
        call -> accepted(call, Jobs::resume),
        "cancelJob",
        call -> accepted(call, Jobs::cancel));
  }

  private Reply accepted(Call call, BiFunction<Jobs, String, Job> change) {
    return reply(202, change.apply(jobs.get(), call.name()));
  }

  private Reply reply(int status, Job job) {
    return Reply.json(status, JobDocument.of(job, jobs.get()));
  }

  private Reply create(Call call) {
    JsonObject body = call.body();
    Map<String, String> plan = new LinkedHashMap<>();
    body.getJsonObject("plan").forEach(e -> plan.put(e.getKey(), text(e.getValue())));
    Job job =
        jobs.get()
            .submit(
                new JobRequest(
                    Job.Kind.valueOf(body.getString("kind").toUpperCase(Locale.ROOT)),
                    plan,
                    body.getInteger("priority", 0)));
    return reply(201, job).header("Location", Contract.BASE + "/jobs/" + job.name());
  }

  /** A value as one would write it in a plan file. */
  private static String text(Object value) {
    return value instanceof JsonArray list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(value);
  }

  private Reply adjust(Call call) {
    JsonObject body = call.body();
    Adjustment adjustment =
        new Adjustment(
            body.containsKey("priority")
                ? OptionalInt.of(body.getInteger("priority"))
                : OptionalInt.empty(),
            Optional.ofNullable(body.getString("memory")));
    return reply(200, jobs.get().adjust(call.name(), adjustment));
  }
}
