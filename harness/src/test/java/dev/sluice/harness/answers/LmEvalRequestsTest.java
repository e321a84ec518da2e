package dev.sluice.harness.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.PromptPacker;
import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.harness.evaluation.SequenceScorer;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Real requests of lm-evaluation-harness 0.4.13 on a trained model, one by one. */
class LmEvalRequestsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "piqa",
        "winogrande",
        "boolq",
        "arc_easy",
        "arc_challenge",
        "openbookqa",
        "hellaswag",
        "mmlu_abstract_algebra",
        "mmlu_world_religions"
      })
  void logLikelihoodsAgreeRequestByRequest(String task) throws IOException {
    Path model = SharedData.require("data/models/stories260K");
    Path file = SharedData.require("golden/lm-eval/stories260K/" + task + ".requests.jsonl");
    List<JsonNode> documents = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      documents.add(JSON.readTree(line));
    }
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Tokenizer tokenizer =
            Tokenizer.open(model.resolve("tokenizer.json"), checkpoint.config().vocabulary());
        TorchEngine engine =
            TorchEngine.open(
                checkpoint,
                new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1)));
        SequenceScorer scorer =
            new SequenceScorer(
                engine,
                checkpoint.config().sublayers(),
                new Wavefront.Limits(1, 128),
                new Evaluator.Room(2, 8))) {
      RequestTokens tokens =
          new RequestTokens(
              tokenizer,
              SpecialTokens.of(model),
              checkpoint.config().context(),
              ScoringMode.LM_EVAL);
      Flux<PromptPacker.Packed<JsonNode>> packs =
          new PromptPacker(1024)
              .packs(Flux.fromIterable(documents), document -> sequences(document, tokens));
      int seen = 0;
      for (SequenceScorer.Scored<JsonNode> scored :
          scorer.score(packs, pack -> List.of(Variant.intact())).toIterable()) {
        int request = 0;
        for (JsonNode document : scored.packed().items()) {
          for (int i = 0; i < document.get("requests").size(); i++) {
            assertThat(scored.packed().pack().logLikelihood(scored.variants().getFirst(), request))
                .as("%s, document %s, request %d", task, document.get("doc_id"), i)
                .isCloseTo(document.get("loglikelihood").get(i).asDouble(), within(1e-3));
            assertThat(scored.packed().pack().greedy(scored.variants().getFirst(), request))
                .as("%s, document %s, request %d", task, document.get("doc_id"), i)
                .isEqualTo(document.get("is_greedy").get(i).asBoolean());
            request++;
          }
          seen++;
        }
      }
      assertThat(seen).isEqualTo(documents.size());
    }
  }

  private static List<ScoredSequence> sequences(JsonNode document, RequestTokens tokens) {
    List<ScoredSequence> sequences = new ArrayList<>();
    document
        .get("requests")
        .forEach(
            request -> sequences.add(tokens.of(request.get(0).asText(), request.get(1).asText())));
    return sequences;
  }
}
