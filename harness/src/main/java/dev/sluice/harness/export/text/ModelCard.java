package dev.sluice.harness.export.text;

import dev.sluice.harness.export.ExportFormat;
import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.scorers.statistics.ConfidenceInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The README.md of an export, with the head that the hub reads. */
public final class ModelCard {
  private final Facts facts;
  private final StringBuilder card = new StringBuilder();

  /**
   * All that a card says.
   *
   * @param name of the variant
   * @param cuts of the variant and where they come from
   * @param reduction of the variant, multiply-adds in sequences of {@code flopsLength} tokens
   * @param results of the variant, in the order in which they are shown
   * @param notes of who wrote the export, a sentence each
   * @param release of Sluice
   */
  public record Facts(
      String name,
      Source source,
      ExportFormat format,
      CutList cuts,
      Reduction reduction,
      int flopsLength,
      List<Result> results,
      List<String> notes,
      String release) {
    public Facts {
      results = List.copyOf(results);
      notes = List.copyOf(notes);
    }
  }

  /**
   * The intact model.
   *
   * @param model as its user named it
   * @param weights SHA-256 in hex
   */
  public record Source(String model, String family, int blocks, String weights) {}

  /**
   * One number of an evaluation.
   *
   * @param items over how many it is taken
   * @param intact the intact model's in the same evaluation
   * @param evaluation its name, engine and type of numbers
   */
  public record Result(
      String task,
      String metric,
      int shots,
      long items,
      double value,
      Optional<ConfidenceInterval> interval,
      OptionalDouble intact,
      String evaluation) {}

  private ModelCard(Facts facts) {
    this.facts = facts;
  }

  /** The text of a card. */
  public static String of(Facts facts) {
    return new ModelCard(facts).text();
  }

  private String text() {
    head();
    what();
    cuts();
    savings();
    results();
    loading();
    origin();
    return card.toString();
  }

  private void line(String text) {
    card.append(text).append('\n');
  }

  private void paragraph(String text) {
    line("");
    line(text);
  }

  private void head() {
    line("---");
    // The hub resolves an id and refuses a card that names a folder of somebody's machine.
    if (ModelNames.isHubId(facts.source().model())) {
      String id = facts.source().model().replaceFirst("@.*", "");
      line("base_model: " + MarkdownText.quoted(id));
    }
    library().ifPresent(name -> line("library_name: " + name));
    line("pipeline_tag: text-generation");
    line("tags:");
    for (String tag : List.of("sluice", "depth-pruning", facts.format().id())) {
      line("  - " + tag);
    }
    line("---");
  }

  private Optional<String> library() {
    return switch (facts.format()) {
      case HF_ZEROED, HF_DECI -> Optional.of("transformers");
      case GGUF -> Optional.of("gguf");
      case MERGEKIT, MASKS -> Optional.empty();
    };
  }

  private int sublayers() {
    return 2 * facts.source().blocks();
  }

  private void what() {
    paragraph("# " + MarkdownText.cell(shortName()) + " with cut sublayers");
    paragraph(
        "%s of %s: %s of sublayers are cut. A sublayer is the attention or the FFN of one block; what"
                .formatted(
                    MarkdownText.code(facts.name()),
                    MarkdownText.code(shownModel()),
                    Quantities.percent(facts.reduction().sublayers()))
            + " is cut adds nothing to the residual stream. Nothing was trained after the cut.");
    if (!facts.notes().isEmpty()) {
      line("");
      facts.notes().forEach(note -> line("- " + MarkdownText.plain(note)));
    }
  }

  /** Where a folder lies on somebody's machine concerns nobody else. */
  private String shownModel() {
    return ModelNames.isHubId(facts.source().model()) ? facts.source().model() : shortName();
  }

  private String shortName() {
    String[] parts = facts.source().model().split("[/\\\\]+", -1);
    List<String> named = List.of(parts).stream().filter(p -> !p.isBlank()).toList();
    return named.isEmpty() ? "Model" : named.getLast();
  }

  private void cuts() {
    CutList cuts = facts.cuts();
    paragraph("## What is cut");
    boolean ordered = cuts.ordered() && cuts.cuts().size() > 1;
    String names =
        cuts.cuts().stream()
            .map(Candidate::name)
            .map(MarkdownText::code)
            .collect(Collectors.joining(", "));
    paragraph(
        cuts.cuts().isEmpty()
            ? "Nothing: this is the intact model."
            : (ordered ? "In the order in which they were cut: " : "") + names + ".");
    cuts.origin()
        .strategy()
        .ifPresent(strategy -> paragraph("Chosen by " + MarkdownText.code(strategy) + by(cuts)));
  }

  private static String by(CutList cuts) {
    return cuts.origin()
        .measure()
        .map(measure ->
            " with the measure "
                + MarkdownText.code(measure)
                + (cuts.scores().isEmpty()
                    ? "."
                    : ", "
                        + Quantities.score(cuts.scores().getLast())
                        + " after the last cut on the text of the search."))
        .orElse(".");
  }

  private void savings() {
    Reduction saved = facts.reduction();
    paragraph("Share of the intact model that is cut, which is what the best form can save:");
    line("");
    table(
        List.of("of", "cut"),
        List.of(
            List.of(sublayers() + " sublayers", Quantities.percent(saved.sublayers())),
            List.of(facts.source().blocks() + " whole blocks", Quantities.percent(saved.blocks())),
            List.of("parameters", Quantities.percent(saved.parameters())),
            List.of(
                "multiply-adds a token, in sequences of " + facts.flopsLength(),
                Quantities.percent(saved.flops())),
            List.of("KV cache", Quantities.percent(saved.kvCache()))));
  }

  private void results() {
    paragraph("## Results");
    if (facts.results().isEmpty()) {
      paragraph("This variant was not evaluated on any task.");
      return;
    }
    paragraph(
        "As lm-evaluation-harness scores them. The intervals hold 95 %: Wilson's for shares of right"
            + " answers, 1.96 standard errors for other numbers.");
    line("");
    List<List<String>> rows = new ArrayList<>();
    facts.results().forEach(result -> rows.add(row(result)));
    table(
        List.of(
            "task",
            "metric",
            "shots",
            "items",
            "this variant",
            "95 % interval",
            "intact",
            "evaluation"),
        rows);
  }

  private static List<String> row(Result result) {
    return List.of(
        result.task(),
        result.metric(),
        Integer.toString(result.shots()),
        Long.toString(result.items()),
        Quantities.score(result.value()),
        result
            .interval()
            .map(i -> Quantities.score(i.low()) + " to " + Quantities.score(i.high()))
            .orElse(""),
        result.intact().isPresent() ? Quantities.score(result.intact().getAsDouble()) : "",
        result.evaluation());
  }

  private void loading() {
    paragraph("## Loading");
    line("");
    switch (facts.format()) {
      case HF_ZEROED ->
          code(
              "python",
              "from transformers import AutoModelForCausalLM, AutoTokenizer",
              "",
              "model = AutoModelForCausalLM.from_pretrained(\"FOLDER\")",
              "tokenizer = AutoTokenizer.from_pretrained(\"FOLDER\")");
      case HF_DECI -> code("sh", "vllm serve FOLDER --trust-remote-code");
      case GGUF -> code("sh", "llama-cli -m FILE.gguf -p \"Once upon a time\"");
      case MERGEKIT -> code("sh", "mergekit-yaml mergekit.yaml FOLDER");
      case MASKS ->
          code(
              "sh", "sluice eval --model MODEL --variants intact,mask:masks.json --tasks arc_easy");
    }
  }

  private void code(String language, String... lines) {
    line("```" + language);
    List.of(lines).forEach(this::line);
    line("```");
  }

  private void origin() {
    Source source = facts.source();
    paragraph("## Made from");
    line("");
    table(
        List.of("what", "which"),
        List.of(
            List.of("model", shownModel()),
            List.of("family", source.family()),
            List.of("weights", "sha256:" + source.weights()),
            List.of("form", facts.format().id()),
            List.of("Sluice", facts.release())));
  }

  private void table(List<String> head, List<List<String>> rows) {
    row(head);
    line("|" + "---|".repeat(head.size()));
    rows.forEach(this::row);
  }

  private void row(List<String> cells) {
    line(cells.stream().map(MarkdownText::cell).collect(Collectors.joining(" | ", "| ", " |")));
  }
}
