package dev.sluice.harness.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.answers.ItemEncoder.Asked;
import dev.sluice.scorers.ChoiceScores;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** One line of a samples file as lm-evaluation-harness 0.4.13 writes it. */
final class LmEvalSample {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Python's {@code json.dumps(..., indent=2)}, which its document hash is taken of. */
  private static final DefaultPrettyPrinter INDENTED =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""))
          .withObjectIndenter(new DefaultIndenter("  ", "\n"))
          .withArrayIndenter(new DefaultIndenter("  ", "\n"));

  private final Task task;
  private final Item item;
  private final List<Answer> answers;
  private final long scored;

  /**
   * @param scored tokens that the answers are about
   */
  LmEvalSample(Asked asked, List<Answer> answers, long scored) {
    this.scored = scored;
    this.task = asked.task();
    this.item = asked.item();
    this.answers = answers;
  }

  /** The hashes of document, prompt and target, one after the other. */
  String hashes() {
    return documentHash() + promptHash() + targetHash();
  }

  ObjectNode json() {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("doc_id", item.docId());
    line.set("doc", item.document().fields());
    line.put("target", target());
    arguments(line.putObject("arguments"));
    ArrayNode responses = line.putArray("resps");
    ArrayNode filtered = line.putArray("filtered_resps");
    if (wholeText()) {
      String sum = Double.toString(sum());
      responses.addArray().add(sum);
      filtered.add(sum);
    } else {
      answers.forEach(answer -> {
        responses.addArray().add(pair(answer));
        filtered.add(pair(answer));
      });
    }
    line.put("filter", "none");
    ArrayNode metrics = line.putArray("metrics");
    task.metrics().forEach(metric -> metrics.add(metric.id()));
    line.put("doc_hash", documentHash());
    line.put("prompt_hash", promptHash());
    line.put("target_hash", targetHash());
    task.metrics().forEach(metric -> line.set(metric.id(), value(metric)));
    return line;
  }

  /** Whether there is a sum over windows instead of answers to requests. */
  private boolean wholeText() {
    return task.request() == RequestKind.ROLLING || task.request() == RequestKind.CORPUS;
  }

  private void arguments(ObjectNode arguments) {
    for (int i = 0; i < item.requests().size(); i++) {
      Item.Request request = item.requests().get(i);
      ObjectNode one = arguments.putObject("gen_args_" + i);
      if (wholeText()) {
        one.put("arg_0", request.continuation());
      } else {
        one.put("arg_0", request.context()).put("arg_1", request.continuation());
      }
    }
  }

  /** Numbers and truths as texts, as that program writes them. */
  private static ArrayNode pair(Answer answer) {
    return JsonNodeFactory.instance
        .arrayNode()
        .add(Double.toString(answer.logLikelihood()))
        .add(answer.greedy() ? "True" : "False");
  }

  private double sum() {
    return answers.stream().mapToDouble(Answer::logLikelihood).sum();
  }

  private String target() {
    return switch (task.request()) {
      case MULTIPLE_CHOICE -> Integer.toString(item.gold());
      case LOGLIKELIHOOD, ROLLING, CORPUS, GENERATE -> item.requests().getFirst().continuation();
    };
  }

  private JsonNode value(Metric metric) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (metric) {
      case ACC -> nodes.numberNode(right() ? 1.0 : 0.0);
      case ACC_NORM -> nodes.numberNode(scores().bestByLength() == item.gold() ? 1.0 : 0.0);
      case PERPLEXITY -> nodes.numberNode(answers.getFirst().logLikelihood());
      case TOKEN_PERPLEXITY -> nodes.arrayNode().add(sum()).add(scored);
      case WORD_PERPLEXITY -> nodes.arrayNode().add(sum()).add(item.size().words());
      case BYTE_PERPLEXITY, BITS_PER_BYTE -> nodes.arrayNode().add(sum()).add(item.size().bytes());
    };
  }

  private boolean right() {
    return task.request() == RequestKind.MULTIPLE_CHOICE
        ? scores().best() == item.gold()
        : answers.getFirst().greedy();
  }

  private ChoiceScores scores() {
    return ScoredItem.choices(item.choices(), answers);
  }

  private String documentHash() {
    return documentHash(item);
  }

  /** SHA-256 of the row's fields as {@code json.dumps(..., indent=2)} writes them. */
  static String documentHash(Item item) {
    try {
      return sha256(JSON.writer(INDENTED).writeValueAsString(item.document().fields()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private String promptHash() {
    Item.Request first = item.requests().getFirst();
    return sha256(wholeText() ? first.continuation() : first.context());
  }

  private String targetHash() {
    return sha256(target());
  }

  static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
