package dev.sluice.harness.documents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.plan.PlanKey;
import dev.sluice.harness.plan.PlanType;
import dev.sluice.harness.service.EvalKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What plans may say, for forms. */
public final class PlanKeyDocument {
  private static final Set<PlanKey> REQUIRED = EnumSet.of(PlanKey.MODEL, PlanKey.CALIBRATION);
  private static final String BYTES = "\\d{1,18}(\\.\\d{1,9})?([KMGT](iB)?)?";

  private PlanKeyDocument() {}

  /** The keys of sweeps, of evaluations, or both. */
  public static ObjectNode of(boolean sweep, boolean evaluation) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode keys = node.putArray("keys");
    if (sweep) {
      for (PlanKey key : PlanKey.values()) {
        // The service has one journal folder.
        if (key != PlanKey.JOURNAL) {
          ObjectNode one = key(keys, key.id(), "sweep", key.help(), key.type());
          key.fallback().ifPresent(f -> one.put("default", f));
          one.put("required", REQUIRED.contains(key));
        }
      }
    }
    if (evaluation) {
      for (EvalKey key : EvalKey.values()) {
        ObjectNode one = key(keys, key.id(), "evaluation", key.help(), key.type());
        key.fallback().ifPresent(f -> one.put("default", f));
        one.put("required", key.required());
      }
    }
    return node;
  }

  private static ObjectNode key(
      ArrayNode keys, String id, String kind, String help, PlanType type) {
    ObjectNode node = keys.addObject().put("key", id).put("kind", kind).put("help", help);
    node.put("placeholder", type.placeholder());
    switch (type) {
      case PlanType.Text text -> pattern(node, text);
      case PlanType.Choice choice -> choices(node, choice.names());
      case PlanType.Choices choices -> choices(node, choices.names()).put("several", true);
      case PlanType.Whole whole ->
          node.put("whole", true).put("minimum", whole.from()).put("maximum", whole.to());
      case PlanType.Decimal decimal -> decimal(node, decimal);
      case PlanType.Decimals ignored -> node.put("several", true);
      case PlanType.Bytes ignored -> node.put("pattern", BYTES);
      case PlanType.Switch ignored -> choices(node, List.of("on", "off"));
    }
    return node;
  }

  /** Texts of any form are left to the service: their pattern is Java's. */
  private static void pattern(ObjectNode node, PlanType.Text text) {
    if (!text.form().pattern().contains("\\p{") && !text.form().pattern().contains("\\P{")) {
      node.put("pattern", text.form().pattern());
    }
  }

  private static ObjectNode choices(ObjectNode node, List<String> names) {
    ArrayNode choices = node.putArray("choices");
    names.forEach(choices::add);
    return node;
  }

  private static void decimal(ObjectNode node, PlanType.Decimal decimal) {
    node.put("minimum", decimal.low());
    if (Double.isFinite(decimal.high())) {
      node.put("maximum", decimal.high());
    }
    if (!decimal.without().isEmpty()) {
      node.put("word", decimal.without());
    }
  }
}
