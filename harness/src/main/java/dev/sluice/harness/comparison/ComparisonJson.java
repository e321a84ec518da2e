package dev.sluice.harness.comparison;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.comparison.Comparison.Overall;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.scorers.statistics.BallMass;
import dev.sluice.scorers.statistics.MixtureRegret;

/** A comparison as one JSON object. */
public final class ComparisonJson {
  private ComparisonJson() {}

  /**
   * {@code variants} (name, cuts, what is saved, mean and retained share), {@code tasks} (task,
   * version, shots, skipped, main, variants: scores with metric, value, standard error, documents;
   * near ties), {@code differences} (second less first, 95 % interval, items lost and gained, p of
   * McNemar's test, Holm-adjusted), {@code divergences}, {@code stabilities}, {@code landscape}, {@code flips}, {@code notes}, {@code
   * provenance} by evaluation. Log-likelihoods are nats.
   */
  public static ObjectNode of(Comparison comparison) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode variants = json.putArray("variants");
    for (int i = 0; i < comparison.variants().size(); i++) {
      variants.add(variant(comparison.variants().get(i), comparison.overall().get(i)));
    }
    ArrayNode tasks = json.putArray("tasks");
    comparison
        .tasks()
        .forEach(t -> tasks.add(task(t).put("main", comparison.main().contains(t.task()))));
    ArrayNode differences = json.putArray("differences");
    comparison.differences().forEach(d -> differences.add(difference(d)));
    ArrayNode divergences = json.putArray("divergences");
    for (Comparison.Divergence d : comparison.divergences()) {
      ObjectNode node = divergences.addObject().put("task", d.task()).put("variant", d.variant());
      node.put("mean", d.mean());
      d.standardError().ifPresent(e -> node.put("standardError", e));
    }
    ArrayNode stabilities = json.putArray("stabilities");
    comparison.stabilities().forEach(k -> stabilities.add(stability(k)));
    json.set("landscape", landscape(comparison.landscape()));
    ArrayNode flips = json.putArray("flips");
    comparison.flips().forEach(f -> flips.add(flip(f)));
    ArrayNode notes = json.putArray("notes");
    comparison.notes().forEach(notes::add);
    ObjectNode provenance = json.putObject("provenance");
    comparison
        .provenance()
        .forEach((evaluation, facts) -> {
          ObjectNode node = provenance.putObject(evaluation);
          facts.forEach(node::put);
        });
    return json;
  }

  private static ObjectNode variant(ScoredVariant variant, Overall overall) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", variant.name());
    ArrayNode cuts = node.putArray("cuts");
    variant.variant().cuts().forEach(cut -> cuts.add(cut.toString()));
    node.putObject("saved")
        .put("sublayers", variant.reduction().sublayers())
        .put("blocks", variant.reduction().blocks())
        .put("parameters", variant.reduction().parameters())
        .put("flops", variant.reduction().flops())
        .put("kvCache", variant.reduction().kvCache());
    ObjectNode searched = node.putObject("searched");
    variant.searched().forEach(searched::put);
    overall.mean().ifPresent(mean -> node.put("mean", mean));
    overall.standardError().ifPresent(error -> node.put("standardError", error));
    overall.retained().ifPresent(share -> node.put("retained", share));
    return node.put("meanOfTasks", overall.tasks()).put("front", overall.front());
  }

  private static ObjectNode task(TaskResults.OfTask task) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("task", task.task())
        .put("version", task.version())
        .put("shots", task.shots())
        .put("skipped", task.skipped());
    ObjectNode variants = node.putObject("variants");
    task.variants()
        .forEach((name, found) -> {
          ObjectNode variant = variants.putObject(name).put("nearTies", found.nearTies());
          ArrayNode scores = variant.putArray("scores");
          found.scores().forEach(score -> scores.add(score(score)));
        });
    return node;
  }

  private static ObjectNode score(TaskScore score) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("metric", score.metric().id()).put("value", score.value());
    score.standardError().ifPresent(error -> node.put("standardError", error));
    return node.put("documents", score.documents());
  }

  private static ObjectNode difference(PairedDifference d) {
    ObjectNode node = pair(d.pair());
    node.put("items", d.items())
        .put("difference", d.difference())
        .put("low", d.interval().low())
        .put("high", d.interval().high());
    if (d.pair().measured().accuracy()) {
      node.put("lost", d.flips().lost()).put("gained", d.flips().gained());
    }
    d.p().ifPresent(p -> node.put("p", p));
    d.adjusted().ifPresent(p -> node.put("adjusted", p));
    return node;
  }

  private static ObjectNode stability(Comparison.Kept kept) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("task", kept.task())
        .put("variant", kept.variant())
        .put("items", kept.items())
        .put("stability", kept.stability())
        .put("effectiveItems", kept.effectiveItems());
  }

  private static ObjectNode landscape(Landscape landscape) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("label", MixtureRegret.LABEL);
    ArrayNode mixtures = json.putArray("mixtures");
    for (Landscape.Mixture m : landscape.mixtures()) {
      mixtures
          .addObject()
          .put("task", m.task())
          .put("variants", m.variants())
          .put("items", m.items())
          .put("tokens", m.tokens())
          .put("best", m.best())
          .put("bestLoss", m.bestLoss())
          .put("mixtureLoss", m.loss())
          .put("regret", m.regret())
          .put("restartedRegret", m.restartedRegret());
    }
    ArrayNode balls = json.putArray("balls");
    for (Landscape.Ball ball : landscape.balls()) {
      ArrayNode curve =
          balls
              .addObject()
              .put("task", ball.task())
              .put("variants", ball.variants())
              .putArray("curve");
      for (BallMass.Point p : ball.points()) {
        curve
            .addObject()
            .put("radius", p.radius())
            .put("share", p.share())
            .put("weight", p.weight());
      }
    }
    return json;
  }

  private static ObjectNode pair(PairedDifference.Pair pair) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("task", pair.task())
        .put("metric", pair.measured().id())
        .put("first", pair.first())
        .put("second", pair.second());
  }

  private static ObjectNode flip(Flip flip) {
    ObjectNode node = pair(flip.pair());
    node.put("task", flip.task()).put("docId", flip.docId()).put("gained", flip.gained());
    if (!flip.choices().isEmpty()) {
      node.put("gold", flip.gold());
    }
    ArrayNode requests = node.putArray("requests");
    for (int i = 0; i < flip.answers().size(); i++) {
      Answer first = flip.answers().get(i);
      Answer second = flip.others().get(i);
      requests
          .addObject()
          .put("context", flip.requests().get(i).context())
          .put("continuation", flip.requests().get(i).continuation())
          .put("first", first.logLikelihood())
          .put("second", second.logLikelihood());
    }
    return node;
  }
}
