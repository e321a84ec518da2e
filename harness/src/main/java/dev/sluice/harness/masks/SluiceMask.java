package dev.sluice.harness.masks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.model.StrictJson;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.NearestName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Our own form: {@code "format": "sluice-mask"}, version 1. */
public final class SluiceMask implements MaskForm {
  private static final String FORMAT = "sluice-mask";
  private static final int VERSION = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String BLOCKS = "blocks";
  private static final String CUTS = "cuts";
  private static final String ORDERED = "ordered";
  private static final String SCORES = "scores";
  private static final String MODEL = "model";
  private static final String WEIGHTS = "weights";
  private static final String STRATEGY = "strategy";
  private static final String MEASURE = "measure";
  private static final List<String> KEYS =
      List.of(
          "format", "version", BLOCKS, MODEL, WEIGHTS, STRATEGY, MEASURE, ORDERED, CUTS, SCORES);

  SluiceMask() {}

  /**
   * The text of a list for a model of so many blocks.
   *
   * @return one JSON object, its last line ended
   */
  public static String write(CutList list, int blocks) {
    ObjectNode mask = JSON.createObjectNode();
    mask.put("format", FORMAT).put("version", VERSION).put(BLOCKS, blocks);
    list.origin().model().ifPresent(model -> mask.put(MODEL, model));
    list.origin().weights().ifPresent(digest -> mask.put(WEIGHTS, "sha256:" + digest));
    list.origin().strategy().ifPresent(strategy -> mask.put(STRATEGY, strategy));
    list.origin().measure().ifPresent(measure -> mask.put(MEASURE, measure));
    mask.put(ORDERED, list.ordered());
    ArrayNode cuts = mask.putArray(CUTS);
    list.cuts().forEach(cut -> cuts.add(cut.name()));
    if (!list.scores().isEmpty()) {
      ArrayNode scores = mask.putArray(SCORES);
      list.scores().forEach(scores::add);
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(mask) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<CutList> read(MaskText text) {
    return text.json()
        .filter(root -> root.path("format").asText().equals(FORMAT))
        .map(root -> new Reader(root, text).read());
  }

  /** One document while it is read. */
  private record Reader(JsonNode root, MaskText text) {

    CutList read() {
      for (Iterator<String> keys = root.fieldNames(); keys.hasNext(); ) {
        String key = keys.next();
        if (!KEYS.contains(key)) {
          throw text.wrong(
              "unknown key " + StrictJson.quote(key) + hint(NearestName.hint(key, KEYS)));
        }
      }
      if (!root.path("version").isInt() || root.path("version").asInt() != VERSION) {
        throw text.wrong(
            "version "
                + root.path("version")
                + " of sluice-mask, this release reads "
                + VERSION
                + ". Use the release that wrote it");
      }
      if (!root.path(BLOCKS).isInt() || root.path(BLOCKS).asInt() < 1) {
        throw text.wrong("'blocks' must be the number of the model's blocks, 1 or more");
      }
      if (!root.path(ORDERED).isBoolean()) {
        throw text.wrong("'ordered' must be true or false: whether cuts stand in their order");
      }
      return new CutList(
          cuts(),
          root.path(ORDERED).asBoolean(),
          scores(),
          new Origin(
              OptionalInt.of(root.path(BLOCKS).asInt()),
              word(MODEL),
              digest(),
              word(STRATEGY),
              word(MEASURE)));
    }

    private static String hint(String near) {
      return near.isEmpty() ? ". There are " + String.join(", ", KEYS) : near;
    }

    private List<Candidate> cuts() {
      List<Candidate> cuts = new ArrayList<>();
      for (JsonNode cut : array(CUTS)) {
        if (!cut.isTextual()) {
          throw text.wrong("cut " + cut + ": write names such as \"3.ffn\"");
        }
        cuts.add(LayerName.read(cut.asText(), text));
      }
      return cuts;
    }

    private List<Double> scores() {
      List<Double> scores = new ArrayList<>();
      if (root.has(SCORES)) {
        for (JsonNode score : array(SCORES)) {
          if (!score.isNumber() || !Double.isFinite(score.asDouble())) {
            throw text.wrong("score " + score + ": write a finite number");
          }
          scores.add(score.asDouble());
        }
        if (scores.size() != root.path(CUTS).size()) {
          throw text.wrong(
              "%d scores of %d cuts. Write one for each, or none"
                  .formatted(scores.size(), root.path(CUTS).size()));
        }
      }
      return scores;
    }

    private JsonNode array(String key) {
      if (!root.path(key).isArray()) {
        throw text.wrong("'" + key + "' must be a list");
      }
      return root.path(key);
    }

    private Optional<String> word(String key) {
      if (root.has(key) && !root.path(key).isTextual()) {
        throw text.wrong("'" + key + "' must be a text");
      }
      return root.has(key) ? Optional.of(root.path(key).asText()) : Optional.empty();
    }

    private Optional<String> digest() {
      Optional<String> digest = word(WEIGHTS);
      if (digest.isPresent() && !digest.get().matches("sha256:[0-9a-f]{64}")) {
        throw text.wrong("'weights' must be sha256: and 64 hex digits, or left out");
      }
      return digest.map(d -> d.substring("sha256:".length()));
    }
  }
}
