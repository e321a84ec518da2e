package dev.sluice.harness.export;

import dev.sluice.scorers.NearestName;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who writes which form. */
public final class Exporters {
  private final Map<ExportFormat, Exporter> byFormat;

  Exporters(Map<ExportFormat, Exporter> byFormat) {
    this.byFormat = new EnumMap<>(byFormat);
  }

  /** Those that there are. */
  public static Exporters all() {
    return new Exporters(
        Map.of(
            ExportFormat.HF_ZEROED,
            new ZeroedExporter(),
            ExportFormat.HF_DECI,
            new DeciExporter()));
  }

  /** Names of the forms, in the order of {@link ExportFormat}. */
  public List<String> names() {
    return byFormat.keySet().stream().map(ExportFormat::id).toList();
  }

  /**
   * The form of a name.
   *
   * @throws PrerequisiteException if nothing is written under that name
   */
  public ExportFormat format(String name) {
    return Arrays.stream(ExportFormat.values())
        .filter(f -> f.id().equals(name) && byFormat.containsKey(f))
        .findFirst()
        .orElseThrow(() ->
            new PrerequisiteException(
                "--to '%s': write one of %s%s"
                    .formatted(name, String.join(", ", names()), NearestName.hint(name, names()))));
  }

  /**
   * Who writes an export in this form.
   *
   * @throws PrerequisiteException if the form cannot say it; the message names those that can
   */
  public Exporter requireAble(Export export, ExportFormat format) {
    Exporter exporter = byFormat.get(format);
    if (exporter == null) {
      throw new IllegalArgumentException("nobody writes " + format.id());
    }
    Optional<String> obstacle = exporter.obstacle(export);
    if (obstacle.isPresent()) {
      String others =
          byFormat.entrySet().stream()
              .filter(e -> e.getValue().obstacle(export).isEmpty())
              .map(e -> e.getKey().id())
              .collect(Collectors.joining(", "));
      throw new PrerequisiteException(
          "--to %s: cannot write it: %s. Formats that can: %s"
              .formatted(format.id(), obstacle.get(), others.isEmpty() ? "none" : others));
    }
    return exporter;
  }
}
