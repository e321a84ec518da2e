package dev.sluice.harness.grid;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.report.JsonFragments;
import dev.sluice.harness.sweep.Cost;

/** A grid's table as JSON: every number of the text, and every task's accuracy. */
public final class GridJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private GridJson() {}

  /**
   * Keys {@code rows} and {@code alike}.
   *
   * @param accuracies by the text of a variant
   */
  public static ObjectNode of(GridTable table, Accuracies accuracies) {
    ObjectNode node = JSON.objectNode();
    ArrayNode rows = node.putArray("rows");
    table.rows().forEach(r -> rows.add(row(r, accuracies)));
    ArrayNode alike = node.putArray("alike");
    for (GridTable.Alike pair : table.alike()) {
      ObjectNode one =
          alike.addObject().put("one", pair.one().name()).put("other", pair.other().name());
      one.set("spearman", JsonFragments.number(pair.spearman()));
      one.set("kendall", JsonFragments.number(pair.kendall()));
    }
    return node;
  }

  private static ObjectNode row(GridTable.Row row, Accuracies accuracies) {
    ObjectNode node = JSON.objectNode().put("sweep", row.cell().name());
    ObjectNode axes = node.putObject("axes");
    row.cell().axes().forEach(axes::put);
    node.put("share", row.share());
    node.set("sublayers", JsonFragments.names(row.cut().variant().cuts()));
    node.set("reduction", JsonFragments.reduction(row.cut().reduction()));
    node.set("measures", JsonFragments.measures(row.scores()));
    node.set("tasks", tasks(row, accuracies));
    Cost cost = row.sweep().cost();
    ObjectNode spent = node.putObject("cost").put("variants", row.variants());
    spent.put("sublayerPasses", cost.sublayerPasses());
    spent.set("seconds", JsonFragments.number(cost.seconds()));
    return node;
  }

  private static ObjectNode tasks(GridTable.Row row, Accuracies accuracies) {
    String variant = row.cut().variant().toString();
    ObjectNode tasks = JSON.objectNode();
    accuracies.mean(variant).ifPresent(mean -> tasks.set("mean", accuracy(mean)));
    var each = accuracies.byVariant().get(variant);
    for (int i = 0; each != null && i < each.size(); i++) {
      tasks.set(accuracies.tasks().get(i), accuracy(each.get(i)));
    }
    return tasks;
  }

  private static ObjectNode accuracy(Accuracies.Accuracy accuracy) {
    return JSON.objectNode()
        .put("value", accuracy.value())
        .put("low", accuracy.interval().low())
        .put("high", accuracy.interval().high());
  }
}
