package dev.sluice.harness.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.comparison.Comparer;
import dev.sluice.harness.comparison.ComparisonTable;
import dev.sluice.harness.documents.CompareDocuments;
import dev.sluice.harness.documents.Documents;
import dev.sluice.harness.documents.JobDocument;
import dev.sluice.harness.documents.Page;
import dev.sluice.harness.documents.PlanKeyDocument;
import dev.sluice.harness.documents.SweepDocuments;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.Jobs;
import dev.sluice.harness.jobs.NoSuchJobException;
import dev.sluice.harness.server.Call.Operation;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** What was found, and what there is to work on. */
final class DocumentOperations {
  /**
   * Of pages that bring their own styles and scripts: they may use these, and nothing of this origin.
   */
  private static final String SANDBOX =
      "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src"
          + " 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors"
          + " 'none'";

  private static final String HTML = "text/html; charset=utf-8";

  private final Supplier<Service> service;

  DocumentOperations(Supplier<Service> service) {
    this.service = service;
  }

  Map<String, Operation> all() {
    Map<String, Operation> all = new HashMap<>();
    all.put(
        "listSweeps",
        call -> list("sweeps", sweeps().list(call.offset(), call.limit()), Job.Kind.SWEEP));
    all.put("getSweep", call -> one(sweeps().sweep(call.name()), Job.Kind.SWEEP));
    all.put("sweepSteps", call -> Reply.json(sweeps().steps(call.name())));
    all.put("sweepCandidates", this::candidates);
    all.put("sweepVariants", call -> Reply.json(sweeps().variants(call.name())));
    all.put("sweepReport", this::report);
    all.put(
        "listEvaluations",
        call ->
            list(
                "evaluations",
                documents().evaluations().list(call.offset(), call.limit()),
                Job.Kind.EVALUATION));
    all.put(
        "getEvaluation",
        call -> one(documents().evaluations().evaluation(call.name()), Job.Kind.EVALUATION));
    all.put("compare", this::compare);
    all.put(
        "sweepPrompt", call -> Reply.json(documents().prompts().prompt(call.name(), call.row())));
    all.put("listModels", call -> Reply.json(documents().inventory().models()));
    all.put("listTexts", call -> Reply.json(documents().inventory().texts()));
    all.put("listTasks", call -> Reply.json(documents().inventory().tasks()));
    all.put("listPlanKeys", DocumentOperations::planKeys);
    return all;
  }

  private static Reply planKeys(Call call) {
    Optional<String> kind = call.text("kind");
    return Reply.json(
        PlanKeyDocument.of(
            !kind.equals(Optional.of("evaluation")), !kind.equals(Optional.of("sweep"))));
  }

  private Documents documents() {
    return service.get().documents();
  }

  private SweepDocuments sweeps() {
    return documents().sweeps();
  }

  private Reply list(String key, Page page, Job.Kind kind) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode list = node.putArray(key);
    page.nodes().forEach(n -> list.add(withJob(n, kind)));
    return Reply.json(node.put("total", page.total()));
  }

  private Reply one(ObjectNode node, Job.Kind kind) {
    return Reply.json(withJob(node, kind));
  }

  /** With the job that makes it, where the service was asked for it. */
  private ObjectNode withJob(ObjectNode node, Job.Kind kind) {
    Jobs jobs = service.get().jobs();
    try {
      Job job = jobs.get(node.path("name").asText());
      return job.kind() == kind ? node.set("job", JobDocument.of(job, jobs)) : node;
    } catch (NoSuchJobException e) {
      return node;
    }
  }

  private Reply candidates(Call call) {
    OptionalInt step = call.whole("step").map(OptionalInt::of).orElse(OptionalInt.empty());
    return Reply.json(sweeps().candidates(call.name(), step, call.offset(), call.limit()));
  }

  private Reply report(Call call) {
    String format = call.text("format").orElse("html");
    String text =
        sweeps()
            .report(call.name(), SweepDocuments.Format.valueOf(format.toUpperCase(Locale.ROOT)));
    String file = "sluice-report-" + call.name();
    return switch (format) {
      case "html" -> page(text, file);
      case "json" -> download("application/json", text, file + ".json");
      default -> download("text/plain; charset=utf-8", text, file + ".txt");
    };
  }

  private Reply compare(Call call) {
    Comparer.Pairs pairs =
        Comparer.Pairs.valueOf(call.text("pairs").orElse("baseline").toUpperCase(Locale.ROOT));
    CompareDocuments.Wanted wanted =
        new CompareDocuments.Wanted(
            call.text("of").orElseThrow(),
            new Comparer.Scope(pairs, call.whole("flips").orElse(5)));
    CompareDocuments comparisons = documents().comparisons();
    String table = call.text("table").orElse("scores");
    return switch (call.text("format").orElse("json")) {
      case "csv" ->
          download(
              "text/csv; charset=utf-8",
              comparisons.csv(wanted, ComparisonTable.valueOf(table.toUpperCase(Locale.ROOT))),
              "sluice-compare-" + table + ".csv");
      case "html" -> page(comparisons.html(wanted), "sluice-compare");
      default -> Reply.json(comparisons.json(wanted));
    };
  }

  private static Reply page(String html, String file) {
    return Reply.text(HTML, html)
        .header("Content-Security-Policy", SANDBOX)
        .header("Content-Disposition", "inline; filename=\"" + file + ".html\"");
  }

  private static Reply download(String type, String text, String file) {
    return Reply.text(type, text)
        .header("Content-Disposition", "attachment; filename=\"" + file + "\"");
  }
}
