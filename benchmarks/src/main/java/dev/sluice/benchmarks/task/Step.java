package dev.sluice.benchmarks.task;

import dev.sluice.benchmarks.dataset.Document;
import dev.sluice.benchmarks.dataset.WikiTextPages;
import dev.sluice.benchmarks.task.text.HellaSwagText;
import dev.sluice.benchmarks.task.text.MathQaText;
import dev.sluice.benchmarks.task.text.PronounText;
import dev.sluice.benchmarks.task.text.PythonText;
import dev.sluice.benchmarks.task.text.RaceText;
import dev.sluice.benchmarks.task.text.WikiTextDetokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import reactor.core.publisher.Flux;

/** Pre-processing of a row that templates cannot say: reads some of its fields and adds others. */
public enum Step {
  /** Makes {@code query} and {@code endings} of the raw fields; a row with a query keeps it. */
  HELLASWAG {
    @Override
    void apply(Row row, ScoringMode mode) {
      if (!row.has("query")) {
        row.put("query", hellaSwag(query(row, mode), mode));
        row.put("endings", row.texts("endings").stream().map(e -> hellaSwag(e, mode)).toList());
      }
    }

    private static String query(Row row, ScoringMode mode) {
      String second = row.text("ctx_b");
      String opened =
          switch (mode) {
            case LM_EVAL -> PythonText.capitalize(second);
            case CLEAN -> PythonText.capitalizeFirst(second);
          };
      return row.text("activity_label") + ": " + row.text("ctx_a") + " " + opened;
    }

    private static String hellaSwag(String text, ScoringMode mode) {
      return switch (mode) {
        case LM_EVAL -> HellaSwagText.lmEval(text);
        case CLEAN -> HellaSwagText.clean(text);
      };
    }
  },

  /** Splits {@code sentence} at its first gap into {@code before} and {@code after}. */
  WINOGRANDE {
    @Override
    void apply(Row row, ScoringMode mode) {
      String sentence = row.text("sentence");
      int gap = sentence.indexOf('_');
      if (gap < 0) {
        throw row.bad("field 'sentence' has no gap '_'");
      }
      String after = sentence.substring(gap + 1);
      row.put("before", sentence.substring(0, gap));
      row.put(
          "after",
          switch (mode) {
            case LM_EVAL -> PythonText.strip(after);
            case CLEAN -> PythonText.rstrip(after);
          });
    }
  },

  /** Splits {@code text} at its pronoun into {@code before} and {@code after}, fits the options. */
  WSC273 {
    @Override
    void apply(Row row, ScoringMode mode) {
      PronounText raw =
          new PronounText(row.text("text"), row.text("pronoun"), row.integer("pronoun_loc"));
      PronounText text =
          switch (mode) {
            case LM_EVAL -> raw.withSingleBlanks();
            case CLEAN -> raw;
          };
      row.put("before", text.before());
      row.put("after", text.after());
      try {
        row.put("options", row.texts("options").stream().map(text::fitted).toList());
      } catch (IllegalArgumentException e) {
        throw row.bad("%s".formatted(e.getMessage()));
      }
    }
  },

  /** Makes {@code query}, {@code options} and {@code gold} of an article and its problems. */
  RACE {
    @Override
    void apply(Row row, ScoringMode mode) {
      List<RaceText.Problem> problems = problems(row);
      RaceText.Problem last = problems.getLast();
      row.put("query", RaceText.prompt(row.text("article"), problems));
      row.put("options", last.options());
      row.put("gold", last.answer());
    }
  },

  /** Takes the one text {@code options} apart into {@code choices}. */
  MATHQA {
    @Override
    void apply(Row row, ScoringMode mode) {
      row.put("choices", MathQaText.choices(row.text("options")));
    }
  },

  /** Splits {@code text} into {@code context} and its last word {@code target}, blank included. */
  LAMBADA {
    @Override
    void apply(Row row, ScoringMode mode) {
      List<String> words = PythonText.split(row.text("text"), ' ');
      row.put("context", String.join(" ", words.subList(0, words.size() - 1)));
      row.put("target", " " + words.getLast());
    }
  },

  /** Makes {@code query} of a premise and what is asked for, and lower-cases the choices. */
  COPA {
    @Override
    void apply(Row row, ScoringMode mode) {
      String connector =
          switch (row.text("question")) {
            case "cause" -> "because";
            case "effect" -> "therefore";
            default ->
                throw row.bad(
                    "field 'question' is '%s', not cause or effect"
                        .formatted(row.text("question")));
          };
      String premise = PythonText.strip(row.text("premise"));
      row.put("query", PythonText.slice(premise, 0, -1) + " " + connector);
      for (String choice : List.of("choice1", "choice2")) {
        String text = row.text(choice);
        row.put(choice, PythonText.lower(PythonText.slice(text, 0, 1)) + PythonText.slice(text, 1));
      }
    }
  },

  /** Makes {@code text} of the tokenised {@code page}. */
  WIKITEXT_DETOKENIZE {
    @Override
    void apply(Row row, ScoringMode mode) {
      row.put("text", WikiTextDetokenizer.detokenize(row.text("page")));
    }

    @Override
    Flux<Document> regrouped(Flux<Document> rows) {
      return WikiTextPages.of(rows);
    }
  },

  /** Makes {@code line} of {@code text} as the hub's rows have it: blank lines are empty. */
  WIKITEXT_HUB_LINE {
    @Override
    void apply(Row row, ScoringMode mode) {
      String text = row.text("text");
      row.put("line", PythonText.strip(text).isEmpty() ? "" : text);
    }
  },

  /** Makes {@code line} of {@code text} as the original file has it: blank lines hold a blank. */
  WIKITEXT_RAW_LINE {
    @Override
    void apply(Row row, ScoringMode mode) {
      String text = row.text("text");
      row.put("line", text.isEmpty() ? " \n" : text);
    }
  };

  abstract void apply(Row row, ScoringMode mode);

  /** The rows to be used where a file's rows are parts of them. */
  Flux<Document> regrouped(Flux<Document> rows) {
    return rows;
  }

  /** The name in task files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static List<RaceText.Problem> problems(Row row) {
    List<RaceText.Problem> problems = new ArrayList<>();
    try {
      for (Object item : row.items("problems")) {
        problems.add(problem(item));
      }
    } catch (IllegalArgumentException e) {
      throw row.bad(
          "field 'problems', problem %d: %s".formatted(problems.size() + 1, e.getMessage()));
    }
    if (problems.isEmpty()) {
      throw row.bad("field 'problems' is empty");
    }
    return problems;
  }

  private static RaceText.Problem problem(Object item) {
    if (item instanceof Map<?, ?> map
        && map.get("question") instanceof String question
        && map.get("answer") instanceof String answer
        && answer.length() == 1
        && map.get("options") instanceof List<?> options) {
      return new RaceText.Problem(
          question, options.stream().map(String::valueOf).toList(), answer.charAt(0) - 'A');
    }
    throw new IllegalArgumentException("a question, options and the letter of its answer needed");
  }
}
