package dev.sluice.dashboards.grafana;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a panel's values look, as JSON. */
public record FieldConfig(Defaults defaults, List<Special> overrides) {

  /** For all values of a panel. */
  @JsonInclude(Include.NON_NULL)
  public record Defaults(
      String unit,
      @Nullable Integer decimals,
      @Nullable Double min,
      @Nullable Double max,
      @Nullable String displayName,
      String noValue,
      Color color,
      List<Mapping> mappings,
      Thresholds thresholds,
      List<Link.OfValue> links,
      Object custom) {}

  /** How a colour is found. */
  @JsonInclude(Include.NON_NULL)
  public record Color(String mode, @Nullable String fixedColor) {
    static final Color BY_NAME = new Color("palette-classic-by-name", null);
    static final Color BY_THRESHOLD = new Color("thresholds", null);
    static final Color BY_VALUE = new Color("continuous-viridis", null);

    static Color of(Colour colour) {
      return new Color("fixed", colour.hex());
    }
  }

  /** Texts and colours for codes. */
  public record Mapping(String type, Map<String, Mapped> options) {}

  /** What a code is shown as. */
  public record Mapped(String text, String color, int index) {}

  /** Colours by value. */
  public record Thresholds(String mode, List<Step> steps) {
    /** From a value on; from below all, where there is none. */
    public record Step(String color, @Nullable Double value) {}

    static Thresholds none() {
      return new Thresholds("absolute", List.of(new Step(Colour.BLUE.hex(), null)));
    }
  }

  /** What is different for some values. */
  public record Special(Matcher matcher, List<Property> properties) {}

  /** Which values are meant. */
  public record Matcher(String id, String options) {
    static Matcher query(String refId) {
      return new Matcher("byFrameRefID", refId);
    }

    static Matcher field(String name) {
      return new Matcher("byName", name);
    }
  }

  /** A part of {@link Defaults} by its path. */
  public record Property(String id, Object value) {}
}
