package dev.sluice.harness.documents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.report.EventJson;
import dev.sluice.harness.report.HtmlReport;
import dev.sluice.harness.report.JsonReport;
import dev.sluice.harness.report.SweepJson;
import dev.sluice.harness.report.TextReport;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What sweeps found, also those of the command line. Safe for several threads. */
public final class SweepDocuments {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Whole journals in memory; a large one takes tens of megabytes. */
  private static final int MOST_STATES = 4;

  private static final int MOST_SUMMARIES = 2000;

  private final JournalFolder journals;
  private final StateCache<JournalFolder.Entry> entries = new StateCache<>(MOST_STATES);
  private final StateCache<ObjectNode> summaries = new StateCache<>(MOST_SUMMARIES);

  /** What a report is written as. */
  public enum Format {
    HTML,
    JSON,
    TEXT
  }

  SweepDocuments(JournalFolder journals) {
    this.journals = journals;
  }

  /** A page of all sweeps, the latest change first; not to be changed. */
  public Page list(int offset, int limit) {
    List<ObjectNode> all =
        journals.sweeps().stream()
            .map(this::summary)
            .flatMap(Optional::stream)
            .sorted(
                Comparator.comparing((ObjectNode n) -> n.path("lastChange").asText())
                    .reversed()
                    .thenComparing(n -> n.path("name").asText()))
            .toList();
    return Page.of(all, offset, limit);
  }

  /** Empty for one that was removed since it was listed. */
  private Optional<ObjectNode> summary(String name) {
    return journals
        .sweepStamp(name)
        .map(stamp ->
            summaries.get(
                name,
                stamp,
                () -> {
                  JournalFolder.Entry entry = journals.entry(name);
                  return standing(entry)
                      .setAll(entry.state().map(SweepJson::summary).orElseGet(JSON::objectNode));
                }));
  }

  private ObjectNode standing(JournalFolder.Entry entry) {
    ObjectNode node = JSON.objectNode().put("name", entry.name());
    node.put("state", entry.problem().isPresent() ? "unreadable" : "empty");
    entry.problem().ifPresent(p -> node.put("problem", journals.withoutPlace(p)));
    return node.put("lastChange", entry.lastChange().toString());
  }

  /** One sweep without its steps and candidates; the caller's own. */
  public ObjectNode sweep(String name) {
    JournalFolder.Entry entry = entry(name);
    return standing(entry).setAll(entry.state().map(SweepJson::whole).orElseGet(JSON::objectNode));
  }

  private JournalFolder.Entry entry(String name) {
    String stamp =
        journals
            .sweepStamp(name)
            .orElseThrow(() ->
                new NoSuchDocumentException(
                    "no sweep '" + name + "': /api/v1/sweeps lists those that are there"));
    return entries.get(name, stamp, () -> journals.entry(name));
  }

  /**
   * What a sweep's journal says.
   *
   * @throws NoSuchDocumentException if there is none, or nothing has begun
   * @throws PrerequisiteException if it is damaged
   */
  SweepState state(String name) {
    JournalFolder.Entry entry = entry(name);
    entry
        .problem()
        .ifPresent(problem -> {
          throw new PrerequisiteException(journals.withoutPlace(problem));
        });
    return entry
        .state()
        .orElseThrow(() ->
            new NoSuchDocumentException(
                "sweep '" + name + "' has not begun: nothing is there yet"));
  }

  /** Committed steps. */
  public ObjectNode steps(String name) {
    ObjectNode node = JSON.objectNode();
    ArrayNode steps = node.putArray("steps");
    state(name).steps().forEach(step -> steps.add(EventJson.step(step)));
    return node;
  }

  /** A page of trials, of all steps or of one. */
  public ObjectNode candidates(String name, OptionalInt step, int offset, int limit) {
    SweepState state = state(name);
    Measure objective = state.plan().search().objective();
    List<Trial> trials = step.isPresent() ? state.trialsOf(step.getAsInt()) : state.trials();
    ObjectNode node = JSON.objectNode();
    ArrayNode page = node.putArray("candidates");
    trials.stream()
        .skip(offset)
        .limit(limit)
        .forEach(trial -> page.add(EventJson.trial(trial, objective)));
    return node.put("total", trials.size());
  }

  /** The intact model and what is left after each step. */
  public ObjectNode variants(String name) {
    return JSON.objectNode().set("variants", SweepJson.variants(state(name)));
  }

  /** The report that the command line writes. */
  public String report(String name, Format format) {
    SweepState state = state(name);
    return switch (format) {
      case HTML -> HtmlReport.of(state);
      case JSON -> JsonReport.of(state);
      case TEXT -> TextReport.of(state, false);
    };
  }
}
