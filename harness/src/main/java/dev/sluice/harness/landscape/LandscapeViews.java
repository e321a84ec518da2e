package dev.sluice.harness.landscape;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.presentation.Sections;
import dev.sluice.scorers.statistics.BallMass;
import dev.sluice.scorers.statistics.MixtureRegret;
import java.util.ArrayList;
import java.util.List;

/** A landscape for people and programs. */
public final class LandscapeViews {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final double[] RADII = {
    1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100
  };

  private final Landscape landscape;
  private final List<Double> radii = new ArrayList<>();

  public LandscapeViews(Landscape landscape) {
    this.landscape = landscape;
    for (double radius : RADII) {
      if (tells(radius)) {
        radii.add(radius);
      }
    }
  }

  /** Whether some, but not all, variants of a level are within a radius. */
  private boolean tells(double radius) {
    return landscape.levels().stream()
        .flatMap(level -> level.ball().stream())
        .mapToDouble(ball -> ball.share(radius))
        .anyMatch(share -> share > 0 && share < 1);
  }

  /** A table of a page: a row a level, a column for each radius that tells variants apart. */
  public void table(Markup page) {
    Sections.table(page, head(), landscape.levels().stream().map(this::row).toList());
  }

  /**
   * {@code label} and {@code levels}: {@code cuts, variants}; {@code mixture}: {@code best, bestLoss,
   * mixtureLoss, regret, restartedRegret} in nats a token, {@code tokens}; {@code ball}: points {@code
   * radius, share, weight}. What was not measured is left out.
   */
  public ObjectNode json() {
    ObjectNode json = JSON.objectNode().put("label", MixtureRegret.LABEL);
    ArrayNode levels = json.putArray("levels");
    for (Landscape.Level level : landscape.levels()) {
      ObjectNode node =
          levels.addObject().put("cuts", level.cuts()).put("variants", level.variants());
      level.mixture().ifPresent(mixture -> node.set("mixture", json(mixture)));
      level.ball().ifPresent(ball -> node.set("ball", json(ball)));
    }
    return json;
  }

  private static ObjectNode json(Landscape.Mixture mixture) {
    ObjectNode json = JSON.objectNode().put("best", mixture.best().toString());
    json.set("bestLoss", number(mixture.bestLoss()));
    json.set("mixtureLoss", number(mixture.loss()));
    json.set("regret", number(mixture.regret()));
    mixture.restartedRegret().ifPresent(regret -> json.set("restartedRegret", number(regret)));
    return json.put("tokens", mixture.tokens());
  }

  private static ArrayNode json(BallMass ball) {
    ArrayNode points = JSON.arrayNode();
    for (BallMass.Point p : ball.curve()) {
      ObjectNode point = points.addObject();
      point.set("radius", number(p.radius()));
      point.put("share", p.share()).put("weight", p.weight());
    }
    return points;
  }

  /** As all reports write numbers: those that are none are strings. */
  private static JsonNode number(double value) {
    return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
  }

  private List<String> head() {
    List<String> head =
        new ArrayList<>(
            List.of("cut", "variants", "best nll", "regret of the mixture", "anew each row"));
    radii.forEach(radius -> head.add("KL ≤ " + Quantities.score(radius)));
    return head;
  }

  private List<String> row(Landscape.Level level) {
    List<String> row = new ArrayList<>();
    row.add(Integer.toString(level.cuts()));
    row.add(Integer.toString(level.variants()));
    row.add(level.mixture().map(m -> Quantities.score(m.bestLoss())).orElse("-"));
    row.add(level.mixture().map(m -> Quantities.score(m.regret())).orElse("-"));
    row.add(
        level
            .mixture()
            .flatMap(Landscape.Mixture::restartedRegret)
            .map(Quantities::score)
            .orElse("-"));
    radii.forEach(radius ->
        row.add(level.ball().map(ball -> Quantities.score(ball.weight(radius))).orElse("-")));
    return row;
  }
}
