package dev.sluice.benchmarks.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.benchmarks.SharedData;
import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.task.text.PythonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the texts of items against the requests that lm-evaluation-harness 0.4.13 made. */
class GoldenRequestsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @ParameterizedTest
  @CsvSource({
    "arc_challenge, arc/ARC-Challenge.validation.jsonl, 0",
    "arc_easy, arc/ARC-Easy.validation.jsonl, 0",
    "boolq, boolq/validation.even.jsonl, 0",
    "hellaswag, hellaswag/validation.first10.raw.jsonl, 0",
    "mmlu_abstract_algebra, mmlu/validation.jsonl, 0",
    "mmlu_world_religions, mmlu/validation.jsonl, 2",
    "openbookqa, openbookqa/main.validation.jsonl, 0",
    "piqa, piqa/validation.even.jsonl, 0",
    "winogrande, winogrande/validation.even.jsonl, 0",
  })
  void requestsEqualThoseOfLmEval(String name, String data, int shots) throws IOException {
    Path golden = SharedData.require("golden/lm-eval/stories260K/" + name + ".requests.jsonl");
    Path file = SharedData.require("data/tasks/" + data);
    Task task = TaskLibrary.shipped().find(name).getFirst().task();
    TaskFiles files = TaskFiles.of(file, file.resolveSibling("dev.jsonl"), task, shots);
    List<String> expected = Files.readAllLines(golden);
    ItemSource.Options options =
        new ItemSource.Options(
            ScoringMode.LM_EVAL,
            shots,
            ItemSource.Limit.rows(expected.size()),
            1234,
            OnBadRow.FAIL);
    ItemSource source = new ItemSource(task, files, options);

    List<Item> items = source.items(source.tally()).collectList().blockOptional().orElseThrow();

    assertThat(items).hasSameSizeAs(expected);
    for (int i = 0; i < items.size(); i++) {
      assertSame(items.get(i), JSON.readTree(expected.get(i)));
    }
  }

  private static void assertSame(Item item, JsonNode golden) {
    String where = item.task() + ", document " + golden.get("doc_id");
    assertThat(item.docId()).as(where).isEqualTo(golden.get("doc_id").longValue());
    List<Item.Request> requests = new ArrayList<>();
    golden
        .get("requests")
        .forEach(r -> requests.add(new Item.Request(r.get(0).textValue(), r.get(1).textValue())));
    assertThat(item.requests()).as(where).isEqualTo(requests);
    JsonNode target = golden.get("target");
    if (target.isInt()) {
      assertThat(item.gold()).as(where + ", gold").isEqualTo(target.intValue());
    } else {
      String last = item.requests().get(item.gold()).continuation();
      assertThat(last).as(where + ", target").isEqualTo(" " + target.textValue());
    }
    assertThat(likeliest(item, golden, false) == item.gold())
        .as(where + ", acc")
        .isEqualTo(golden.get("acc").doubleValue() == 1);
    if (golden.has("acc_norm")) {
      assertThat(likeliest(item, golden, true) == item.gold())
          .as(where + ", acc_norm")
          .isEqualTo(golden.get("acc_norm").doubleValue() == 1);
    }
  }

  private static int likeliest(Item item, JsonNode golden, boolean normalised) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < item.requests().size(); i++) {
      int length = normalised ? PythonText.length(item.choices().get(i)) : 1;
      double value = golden.get("loglikelihood").get(i).doubleValue() / length;
      if (value > highest) {
        best = i;
        highest = value;
      }
    }
    return best;
  }
}
