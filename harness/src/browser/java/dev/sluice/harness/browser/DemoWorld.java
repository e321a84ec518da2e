package dev.sluice.harness.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One service for all tests that only look: the demo's sweep to half of the sublayers, called {@code half},
 * and an evaluation of what it cut, called {@code cuts}, both finished.
 */
final class DemoWorld {
  static final String VARIANTS = "intact,quarter=half@0.25,half@0.5,random:0.25:seed=7";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 60;
  private static @Nullable LiveService service;

  private DemoWorld() {}

  static synchronized LiveService service() {
    if (service == null) {
      service = make();
    }
    return service;
  }

  private static LiveService make() {
    try {
      Path folder = Files.createTempDirectory("sluice-browser");
      LiveService made = LiveService.in(folder);
      Runtime.getRuntime().addShutdownHook(new Thread(made::close, "end of the service"));
      write(folder.resolve("data"));
      made.sweep("half");
      made.start(
          "evaluation",
          "cuts",
          "model",
          "demo",
          "tasks",
          "sciq,openbookqa,arc_easy",
          "data",
          "sciq=sciq.jsonl,openbookqa=openbookqa.jsonl,arc_easy=arc_easy.jsonl",
          "variants",
          VARIANTS);
      made.await("half", "done");
      made.await("cuts", "done");
      return made;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Items that the demo model can answer, as rows of published tasks. */
  static void write(Path data) throws IOException {
    Files.createDirectories(data);
    StringBuilder sciq = new StringBuilder();
    for (JsonNode item : items("where")) {
      String[] parts = item.path("context").asText().split("\nQuestion: |\nAnswer:");
      List<String> wrong = wrong(item);
      if (parts.length < 2 || wrong.size() < 3) {
        continue;
      }
      ObjectNode row = JSON.createObjectNode().put("support", parts[0]).put("question", parts[1]);
      row.put("correct_answer", item.path("choices").path(item.path("label").asInt()).asText());
      for (int i = 0; i < 3; i++) {
        row.put("distractor" + (i + 1), wrong.get(i));
      }
      sciq.append(row).append('\n');
    }
    Files.writeString(data.resolve("sciq.jsonl"), sciq);
    Files.writeString(data.resolve("openbookqa.jsonl"), choices("add", "question_stem", false));
    Files.writeString(data.resolve("arc_easy.jsonl"), choices("order", "question", true));
  }

  private static List<String> wrong(JsonNode item) {
    List<String> all = new ArrayList<>();
    item.path("choices").forEach(choice -> all.add(choice.asText()));
    all.remove(item.path("label").asInt());
    return all;
  }

  private static String choices(String task, String field, boolean wrapped) throws IOException {
    StringBuilder rows = new StringBuilder();
    int id = 0;
    for (JsonNode item : items(task)) {
      String context = item.path("context").asText();
      String text =
          wrapped
              ? context.replaceFirst("^Question: ", "").replaceFirst("\nAnswer:$", "")
              : context;
      ObjectNode row = JSON.createObjectNode().put("id", task + id++).put(field, text);
      ArrayNode labels = JSON.createArrayNode();
      for (int i = 0; i < item.path("choices").size(); i++) {
        labels.add(String.valueOf((char) ('A' + i)));
      }
      row.putObject("choices").<ObjectNode>set("text", item.path("choices")).set("label", labels);
      row.put("answerKey", labels.path(item.path("label").asInt()).asText());
      rows.append(row).append('\n');
    }
    return rows.toString();
  }

  private static List<JsonNode> items(String task) throws IOException {
    try (InputStream in = DemoWorld.class.getResourceAsStream("/demo/tasks/" + task + ".jsonl")) {
      String text =
          new String(Objects.requireNonNull(in, task).readAllBytes(), StandardCharsets.UTF_8);
      List<JsonNode> items = new ArrayList<>();
      for (String line : text.lines().limit(ROWS).toList()) {
        items.add(JSON.readTree(line));
      }
      return items;
    }
  }
}
