package dev.sluice.harness.plan;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads plans from YAML files and options, and writes them as the same flat keys, which {@link
 * PlanKey} declares. A plan is checked as a whole: one {@link PrerequisiteException} names every
 * problem, one a line.
 */
public final class PlanReader {
  private PlanReader() {}

  /**
   * Read a plan: one flat YAML mapping in UTF-8. Paths in it are taken as they stand, from the
   * working directory.
   */
  public static SweepPlan fromYaml(Path file) {
    return fromYaml(file, Map.of());
  }

  /**
   * Read a plan of which some values are replaced.
   *
   * @param overrides values by key id; they win over the file's
   */
  public static SweepPlan fromYaml(Path file, Map<String, String> overrides) {
    List<String> problems = new ArrayList<>();
    Map<String, String> values = new LinkedHashMap<>(yaml(file, problems));
    values.putAll(overrides);
    return PlanBuilder.build(file.toString(), new PlanValues(values, problems));
  }

  /** A plan from values by key id, as options or {@link #values} give them. */
  public static SweepPlan from(Map<String, String> values) {
    return PlanBuilder.build("plan", new PlanValues(values, List.of()));
  }

  /**
   * The plan as flat values by key id, in the order of {@link PlanKey}; keys without a value are
   * left out. {@link #from} reads them back to an equal plan.
   */
  public static Map<String, String> values(SweepPlan plan) {
    return PlanWriter.values(plan);
  }

  /**
   * SHA-256 in hex over the keys that decide results: equal for two plans that ask for the same
   * experiment, whatever its name and however it is run.
   */
  public static String hash(SweepPlan plan) {
    return PlanWriter.hash(plan);
  }

  private static Map<String, String> yaml(Path file, List<String> problems) {
    FlatYaml yaml =
        FlatYaml.read(file, key -> PlanKey.byId(key).filter(PlanReader::takesList).isPresent());
    problems.addAll(yaml.problems());
    Map<String, String> values = new LinkedHashMap<>();
    yaml.values().forEach((key, value) -> values.put(key, String.join(",", value)));
    return values;
  }

  private static boolean takesList(PlanKey key) {
    return key.type() instanceof PlanType.Choices || key.type() instanceof PlanType.Decimals;
  }
}
