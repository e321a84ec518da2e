package dev.sluice.harness.server;

import dev.sluice.harness.server.Call.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was found, and what there is to work on. */
final class DocumentOperations {
  private DocumentOperations() {}

  static Map<String, Operation> all() {
    Map<String, Operation> all = new HashMap<>();
    for (String id :
        List.of(
            "listSweeps",
            "getSweep",
            "sweepSteps",
            "sweepCandidates",
            "sweepVariants",
            "sweepReport",
            "sweepPrompt",
            "listEvaluations",
            "getEvaluation",
            "compare",
            "listModels",
            "listTexts",
            "listTasks",
            "listPlanKeys")) {
      all.put(
          id,
          call -> {
            throw Problem.of(503, "not yet").thrown();
          });
    }
    return all;
  }
}
