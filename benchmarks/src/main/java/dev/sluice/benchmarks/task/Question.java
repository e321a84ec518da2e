package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import java.util.List;

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
