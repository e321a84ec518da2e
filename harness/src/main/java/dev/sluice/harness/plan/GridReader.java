package dev.sluice.harness.plan;

import dev.sluice.harness.plan.GridPlan.Cell;
import dev.sluice.harness.plan.GridPlan.Table;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a grid: a plan file in which keys that take one value have a list, {@code strategy: [finercut,
 * random]}, or which names tasks to ask at the end.
 */
public final class GridReader {
  private static final String SHARES = "shares";
  private static final String TASKS = "tasks";
  private static final String TASK_FILES = "task-files";
  private static final String DATA = "data";
  private static final String LIMIT = "limit";
  private static final Set<String> OWN = Set.of(SHARES, TASKS, TASK_FILES, DATA, LIMIT);
  private static final List<String> USUAL_SHARES = List.of("0.1", "0.2", "0.3", "0.4", "0.5");
  private static final int MOST_CELLS = 1_000;

  private final Path file;
  private final Map<String, List<String>> values;
  private final List<Double> shares;

  private GridReader(Path file, Map<String, List<String>> values) {
    this.file = file;
    this.values = values;
    this.shares = shares();
  }

  /**
   * Read a plan file as a grid; empty where it asks for one sweep.
   *
   * @param overrides values by key id; they win over the file's
   */
  public static Optional<GridPlan> find(Path file, Map<String, String> overrides) {
    FlatYaml yaml = FlatYaml.read(file, key -> true);
    Map<String, List<String>> values = new LinkedHashMap<>(yaml.values());
    overrides.forEach((key, value) -> values.put(key, List.of(value)));
    boolean grid =
        values.keySet().stream().anyMatch(OWN::contains)
            || values.entrySet().stream().anyMatch(e -> isAxis(e.getKey(), e.getValue()));
    return grid && yaml.problems().isEmpty()
        ? Optional.of(new GridReader(file, values).read())
        : Optional.empty();
  }

  /** Whether a key takes one value and has several. */
  private static boolean isAxis(String key, List<String> given) {
    return given.size() > 1 && PlanKey.byId(key).filter(k -> !PlanReader.takesList(k)).isPresent();
  }

  private GridPlan read() {
    requireOneOf(PlanKey.MODEL, PlanKey.NAME, PlanKey.JOURNAL, PlanKey.DEVICE, PlanKey.DTYPE);
    if (values.containsKey(PlanKey.RACING.id())) {
      throw new PrerequisiteException(
          file + ": racing: cells of a grid share trials, which must be whole. Leave it out");
    }
    String name = first(PlanKey.NAME.id()).orElseGet(this::stem);
    return new GridPlan(
        name,
        cells(name),
        new Table(shares, list(TASKS), list(TASK_FILES), list(DATA), first(LIMIT)));
  }

  private void requireOneOf(PlanKey... keys) {
    for (PlanKey key : keys) {
      if (list(key.id()).size() > 1) {
        throw new PrerequisiteException(
            "%s: %s: a grid has one. Write a plan file for each".formatted(file, key.id()));
      }
    }
  }

  private String stem() {
    return String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
  }

  private List<String> list(String key) {
    return values.getOrDefault(key, List.of());
  }

  private Optional<String> first(String key) {
    return list(key).stream().findFirst();
  }

  private List<Double> shares() {
    PlanType.Decimals type = new PlanType.Decimals(PlanType.Decimal.Range.SHARE);
    String text = String.join(",", values.getOrDefault(SHARES, USUAL_SHARES));
    type.problem(text)
        .ifPresent(rule -> {
          throw new PrerequisiteException(file + ": shares '" + text + "': " + rule);
        });
    return type.read(text);
  }

  private List<Cell> cells(String grid) {
    List<String> axes =
        values.entrySet().stream()
            .filter(e -> isAxis(e.getKey(), e.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    List<Map<String, String>> combinations = combinations(axes);
    String measures = measures();
    Map<String, Cell> byHash = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (Map<String, String> axis : combinations) {
      Map<String, String> cell = cell(axis, measures);
      String hash = PlanReader.hash(plan(axis, cell));
      if (!byHash.containsKey(hash)) {
        cell.put(PlanKey.NAME.id(), unused(grid + suffix(axis), names));
        byHash.put(hash, new Cell(axis, plan(axis, cell)));
      }
    }
    return List.copyOf(byHash.values());
  }

  private List<Map<String, String>> combinations(List<String> axes) {
    List<Map<String, String>> all = List.of(Map.of());
    for (String axis : axes) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> one : all) {
        for (String value : list(axis)) {
          Map<String, String> more = new LinkedHashMap<>(one);
          more.put(axis, value);
          longer.add(more);
        }
      }
      if (longer.size() > MOST_CELLS) {
        throw new PrerequisiteException(
            "%s: the keys with lists have more than %d combinations. Write several plans"
                .formatted(file, MOST_CELLS));
      }
      all = longer;
    }
    return all;
  }

  /** All that any cell reports or decides by, so that every trial serves every cell. */
  private String measures() {
    Stream<String> reported =
        values.containsKey(PlanKey.MEASURES.id())
            ? list(PlanKey.MEASURES.id()).stream()
            : PlanKey.MEASURES.fallback().stream();
    Stream<String> deciding =
        Stream.concat(
            values.containsKey(PlanKey.MEASURE.id())
                ? list(PlanKey.MEASURE.id()).stream()
                : PlanKey.MEASURE.fallback().stream(),
            list(PlanKey.STRATEGY.id()).stream()
                .flatMap(s -> StrategyName.byId(s).stream())
                .flatMap(s -> s.ownMeasure().stream())
                .map(m -> m.id()));
    return Stream.concat(reported, deciding)
        .flatMap(ids -> Stream.of(ids.split(",", -1)))
        .map(String::strip)
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(","));
  }

  private Map<String, String> cell(Map<String, String> axes, String measures) {
    Map<String, String> cell = new LinkedHashMap<>();
    values.forEach((key, given) -> {
      if (!OWN.contains(key)) {
        cell.put(key, axes.getOrDefault(key, String.join(",", given)));
      }
    });
    cell.put(PlanKey.MEASURES.id(), measures);
    cell.putIfAbsent(PlanKey.UNTIL.id(), Double.toString(shares.getLast()));
    StrategyName.byId(
            cell.getOrDefault(PlanKey.STRATEGY.id(), PlanKey.STRATEGY.fallback().orElseThrow()))
        .ifPresent(strategy -> fit(cell, strategy));
    return cell;
  }

  /** What a strategy fixes by its name, or does not read, is not varied for it. */
  private void fit(Map<String, String> cell, StrategyName strategy) {
    strategy.ownMeasure().ifPresent(own -> cell.remove(PlanKey.MEASURE.id()));
    strategy.ownCandidates().ifPresent(own -> cell.remove(PlanKey.CANDIDATES.id()));
    boolean drawn =
        "windows".equals(cell.get(PlanKey.CALIBRATION_PRESET.id()))
            || "random".equals(cell.get(PlanKey.SELECT.id()));
    if (!strategy.draws() && !drawn && cell.containsKey(PlanKey.SEED.id())) {
      cell.put(PlanKey.SEED.id(), list(PlanKey.SEED.id()).getFirst());
    }
    if (strategy.byRatio()) {
      cell.putIfAbsent(
          PlanKey.RATIOS.id(),
          shares.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
  }

  private SweepPlan plan(Map<String, String> axes, Map<String, String> cell) {
    try {
      return PlanReader.from(cell);
    } catch (PlanProblemsException e) {
      String where = axes.isEmpty() ? "" : " (" + axes + ")";
      throw new PrerequisiteException(file + where + ": " + e.getMessage(), e);
    }
  }

  private static String suffix(Map<String, String> axes) {
    return axes.entrySet().stream()
        .map(e -> "." + part(e.getKey(), e.getValue()))
        .collect(Collectors.joining());
  }

  /** Files by their names; numbers with the first letters of their key. */
  private static String part(String key, String value) {
    String plain =
        key.equals(PlanKey.CALIBRATION.id())
            ? String.valueOf(Path.of(value).getFileName()).replaceFirst("\\.[^.]*$", "")
            : value.matches("[-+.\\d]+") ? key + value : value;
    return plain.replaceAll("[^A-Za-z0-9_-]+", "-");
  }

  private static String unused(String name, Set<String> names) {
    String free = name;
    for (int i = 2; !names.add(free); i++) {
      free = name + "-" + i;
    }
    return free;
  }
}
