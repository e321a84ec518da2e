package dev.sluice.benchmarks.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads task files. A file is checked as a whole: one {@link PrerequisiteException} names every
 * problem, one a line.
 */
final class TaskReader {
  private static final Set<String> WORDING =
      Set.of("preamble", "context", "contexts", "continuation", "choices", "delimiter", "steps");
  static final ObjectReader YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private final String file;
  private final List<String> problems = new ArrayList<>();
  private final YamlSection top;

  private TaskReader(String file, String text) {
    this.file = file;
    this.top = new YamlSection("", mapping(file, text), problems);
  }

  /**
   * The tasks of a file: one, or one for each subject that it lists.
   *
   * @param file its name in messages
   */
  static List<Task> read(String file, String text) {
    return new TaskReader(file, text).tasks();
  }

  static ObjectNode mapping(String file, String text) {
    try {
      JsonNode node = YAML.readTree(text);
      if (node instanceof ObjectNode mapping) {
        return mapping;
      }
      throw new PrerequisiteException(file + ": lines 'key: value' are needed");
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("malformed");
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw new PrerequisiteException("%s, line %d: not YAML: %s".formatted(file, line, reason), e);
    }
  }

  private List<Task> tasks() {
    Task task = task();
    Map<String, List<String>> subjects = top.lists("subjects");
    top.refuseOthers();
    if (!problems.isEmpty()) {
      throw new PrerequisiteException(
          problems.size() == 1
              ? file + ": " + problems.getFirst()
              : file + ":\n  " + String.join("\n  ", problems));
    }
    return subjects.isEmpty() ? List.of(task) : narrowed(task, subjects);
  }

  private static List<Task> narrowed(Task whole, Map<String, List<String>> subjects) {
    List<Task> tasks = new ArrayList<>();
    subjects.forEach(
        (category, names) -> names.forEach(name -> tasks.add(narrowed(whole, category, name))));
    return List.copyOf(tasks);
  }

  private static Task narrowed(Task whole, String category, String subject) {
    return new Task(
        whole.name() + "_" + subject,
        whole.version(),
        whole.measures(),
        whole.licence(),
        whole.source().narrowed(subject, Map.of("subject", subject)),
        whole.request(),
        named(whole.lmEval(), subject),
        named(whole.clean(), subject),
        whole.gold(),
        whole.metrics(),
        whole.fewShot(),
        List.of(whole.name(), whole.name() + "_" + category));
  }

  private static Prompting named(Prompting wording, String subject) {
    return wording.withPreamble(wording.preamble().replace("{subject}", subject.replace('_', ' ')));
  }

  private Task task() {
    String name = top.text("name");
    if (!name.matches("[a-z0-9_.-]*")) {
      top.problem("name", "is '" + name + "': lower-case letters, digits, '_', '-' and '.' only");
    }
    RequestKind request = top.named("request", top.text("request"), RequestKind.class);
    if (request == RequestKind.GENERATE) {
      top.problem("request", "is 'generate', which is not built yet: choose another kind");
    }
    Gold gold = gold(request);
    Prompting lmEval = prompting(top, request);
    return new Task(
        name,
        top.text("version"),
        top.text("measures"),
        top.text("licence"),
        source(),
        request,
        lmEval,
        clean(lmEval, request),
        gold,
        metrics(request),
        fewShot(),
        List.of());
  }

  private Source source() {
    YamlSection section = top.section("source");
    Source source =
        new Source(
            section.text("dataset"),
            section.text("config", ""),
            section.text("split"),
            section.count("rows", 0),
            section.text("id", ""),
            single(section, "select"),
            single(section, "marked"),
            top.lists("aliases"));
    section.refuseOthers();
    return source;
  }

  private static Map<String, String> single(YamlSection section, String key) {
    Map<String, String> values = new LinkedHashMap<>();
    section.lists(key).forEach((name, list) -> values.put(name, String.join(",", list)));
    return values;
  }

  private @Nullable Gold gold(RequestKind request) {
    if (request != RequestKind.MULTIPLE_CHOICE) {
      if (top.has("gold")) {
        top.problem("gold", "belongs to multiple_choice: leave it out");
      }
      return null;
    }
    YamlSection section = top.section("gold");
    Gold.Rule rule = section.named("rule", section.text("rule"), Gold.Rule.class);
    String field = section.text(rule == Gold.Rule.VALUE ? "value" : "field");
    if (rule == Gold.Rule.VALUE && !field.matches("[0-9]{1,4}")) {
      section.problem("value", "is '" + field + "', not the index of a choice");
    }
    Gold gold =
        new Gold(
            rule,
            field,
            rule == Gold.Rule.LABEL ? section.text("labels") : "",
            section.flag("may_exceed"));
    section.refuseOthers();
    return gold;
  }

  private Set<Metric> metrics(RequestKind request) {
    Set<Metric> metrics = new LinkedHashSet<>();
    for (String name : top.texts("metrics")) {
      Metric metric = top.named("metrics", name, Metric.class);
      if (request != RequestKind.GENERATE && !request.metrics().contains(metric)) {
        top.problem("metrics", "has '" + name + "', which " + request.id() + " does not give");
      }
      metrics.add(metric);
    }
    if (metrics.isEmpty()) {
      top.problem("metrics", "is missing");
    }
    return metrics;
  }

  private @Nullable FewShot fewShot() {
    if (!top.has("fewshot")) {
      return null;
    }
    YamlSection section = top.section("fewshot");
    FewShot.Rule rule = section.named("rule", section.text("rule", "sample"), FewShot.Rule.class);
    FewShot fewShot = new FewShot(section.text("split"), rule, section.flag("spare"));
    section.refuseOthers();
    return fewShot;
  }

  private Prompting clean(Prompting lmEval, RequestKind request) {
    if (!top.has("clean")) {
      return lmEval;
    }
    YamlSection changes = top.section("clean");
    changes.refuseOthers(WORDING);
    return problems.isEmpty() ? prompting(top.replacedBy(changes), request) : lmEval;
  }

  private Prompting prompting(YamlSection section, RequestKind request) {
    List<Step> steps =
        section.texts("steps").stream()
            .map(name -> section.named("steps", name, Step.class))
            .toList();
    return new Prompting(
        section.text("preamble", ""),
        question(section, request),
        section.text("delimiter", " "),
        steps);
  }

  private static Question question(YamlSection section, RequestKind request) {
    return switch (request) {
      case MULTIPLE_CHOICE ->
          section.has("contexts")
              ? new Question.Input(
                  templates(section, "contexts"), template(section, "continuation"))
              : new Question.Choice(template(section, "context"), choices(section));
      case LOGLIKELIHOOD, GENERATE ->
          new Question.Completion(template(section, "context"), template(section, "continuation"));
      case ROLLING ->
          new Question.Page(template(section, "continuation"), template(section, "counted"));
      case CORPUS -> new Question.Corpus(template(section, "continuation"), windows(section));
    };
  }

  private static Question.Windows windows(YamlSection top) {
    YamlSection section = top.section("windows");
    Question.Convention convention =
        section.named("convention", section.text("convention"), Question.Convention.class);
    String length = section.text("length");
    boolean usable =
        length.matches("[0-9]{1,6}") && Integer.parseInt(length) >= Question.Windows.SHORTEST;
    if (!usable) {
      section.problem(
          "length", "is '" + length + "', not a whole number from " + Question.Windows.SHORTEST);
    }
    Question.Windows windows =
        new Question.Windows(
            convention,
            usable ? Integer.parseInt(length) : Question.Windows.SHORTEST,
            section.text("join", ""));
    section.refuseOthers();
    return windows;
  }

  private static Question.Choices choices(YamlSection section) {
    if (section.isMapping("choices")) {
      YamlSection list = section.section("choices");
      String field = list.text("field");
      list.refuseOthers();
      return new Question.Choices(List.of(), field.isEmpty() ? "missing" : field);
    }
    return new Question.Choices(templates(section, "choices"), "");
  }

  private static FieldTemplate template(YamlSection section, String key) {
    return section.template(key, section.text(key));
  }

  private static List<FieldTemplate> templates(YamlSection section, String key) {
    List<String> texts = section.texts(key);
    if (texts.size() < 2) {
      section.problem(key, "needs at least two texts");
      return List.of(FieldTemplate.parse(""));
    }
    return texts.stream().map(text -> section.template(key, text)).toList();
  }
}
