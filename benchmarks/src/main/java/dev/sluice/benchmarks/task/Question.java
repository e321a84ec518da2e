package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;

/** How a row becomes what the model is asked. */
public sealed interface Question {
  /** One context and several choices. */
  record Choice(FieldTemplate context, Choices choices) implements Question {
    public Choice {
      requireNonNull(context, "context");
      requireNonNull(choices, "choices");
    }
  }

  /** Several contexts, one a choice, and the same continuation of each. */
  record Input(List<FieldTemplate> contexts, FieldTemplate continuation) implements Question {
    public Input {
      contexts = List.copyOf(contexts);
      requireNonNull(continuation, "continuation");
    }
  }

  /** One context and its continuation. */
  record Completion(FieldTemplate context, FieldTemplate continuation) implements Question {
    public Completion {
      requireNonNull(context, "context");
      requireNonNull(continuation, "continuation");
    }
  }

  /**
   * A whole text.
   *
   * @param counted the text whose words and bytes its likelihood is divided by
   */
  record Page(FieldTemplate text, FieldTemplate counted) implements Question {
    public Page {
      requireNonNull(text, "text");
      requireNonNull(counted, "counted");
    }
  }

  /**
   * All rows as one text, which is scored in windows of equal length.
   *
   * @param line what a row contributes
   */
  record Corpus(FieldTemplate line, Windows windows) implements Question {
    public Corpus {
      requireNonNull(line, "line");
      requireNonNull(windows, "windows");
    }
  }

  /**
   * How a corpus is cut.
   *
   * @param length tokens of a window
   * @param join between two rows
   */
  record Windows(Convention convention, int length, String join) {
    /** The least tokens that a window of any convention can be scored with. */
    static final int SHORTEST = 4;

    public Windows {
      requireNonNull(convention, "convention");
      requireNonNull(join, "join");
      if (length < SHORTEST) {
        throw new IllegalArgumentException("windows of " + length + " tokens");
      }
    }
  }

  /** Whose perplexity of a corpus it is. */
  enum Convention {
    /** All but the first token of each window are scored. */
    GPTQ,
    /** The second half of each window is scored; its first token is the beginning token. */
    LLAMA_CPP;

    /** The name in task files and results. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What is tokenised of a text: llama.cpp's {@code -f} takes one line end off its end. */
    String text(String whole) {
      boolean shortened = this == LLAMA_CPP && whole.endsWith("\n");
      return shortened ? whole.substring(0, whole.length() - 1) : whole;
    }
  }

  /**
   * The choices of a row.
   *
   * @param templates one a choice; empty where the row lists them
   * @param field of the list; empty where there are templates
   */
  record Choices(List<FieldTemplate> templates, String field) {
    public Choices {
      templates = List.copyOf(templates);
      if (templates.isEmpty() == field.isEmpty()) {
        throw new IllegalArgumentException("either templates or a field of choices is needed");
      }
    }

    List<String> of(Row row) {
      return field.isEmpty()
          ? templates.stream().map(template -> template.render(row)).toList()
          : row.texts(field);
    }
  }
}
