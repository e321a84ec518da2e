package dev.sluice.harness.plan;

import dev.sluice.scorers.NearestName;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the text of a plan key's value may be. */
public sealed interface PlanType {

  /** The value in a usage line, for example {@code N}, {@code DIR} or {@code on|off}. */
  String placeholder();

  /** The rule that a text breaks, starting with "must"; empty where it is a value of this type. */
  Optional<String> problem(String text);

  /** Any text without control characters, or one of a form. */
  record Text(String placeholder, Pattern form, String rule) implements PlanType {
    /** Any text on one line. */
    public static Text any(String placeholder) {
      return new Text(
          placeholder, Pattern.compile("(?=.*\\S)\\P{Cntrl}+"), "must be a text on one line");
    }

    @Override
    public Optional<String> problem(String text) {
      return form.matcher(text).matches() ? Optional.empty() : Optional.of(rule);
    }
  }

  /** One of some names. */
  record Choice(List<String> names) implements PlanType {
    public Choice {
      names = List.copyOf(names);
    }

    static Choice of(Enum<?>[] constants) {
      return new Choice(
          Arrays.stream(constants)
              .map(c -> c.name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .toList());
    }

    @Override
    public String placeholder() {
      return String.join("|", names);
    }

    @Override
    public Optional<String> problem(String text) {
      return names.contains(text)
          ? Optional.empty()
          : Optional.of(
              "must be one of " + String.join(", ", names) + NearestName.hint(text, names));
    }
  }

  /** Several of some names, separated by commas; a list in YAML. */
  record Choices(List<String> names) implements PlanType {
    public Choices {
      names = List.copyOf(names);
    }

    @Override
    public String placeholder() {
      return "NAME,...";
    }

    @Override
    public Optional<String> problem(String text) {
      Choice one = new Choice(names);
      return read(text).stream().map(one::problem).flatMap(Optional::stream).findFirst();
    }

    List<String> read(String text) {
      return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }
  }

  /** A whole number within bounds, both included. */
  record Whole(long from, long to) implements PlanType {
    @Override
    public String placeholder() {
      return "N";
    }

    @Override
    public Optional<String> problem(String text) {
      try {
        long value = Long.parseLong(text);
        return value >= from && value <= to ? Optional.empty() : Optional.of(rule());
      } catch (NumberFormatException e) {
        return Optional.of(rule());
      }
    }

    private String rule() {
      return "must be a whole number from " + from + " to " + to;
    }
  }

  /** A number within a range, or a word that stands for none. */
  record Decimal(Range range, String without) implements PlanType {
    private static final Pattern FORM =
        Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");

    /** Which numbers are allowed. */
    enum Range {
      SHARE(0, 1, "above 0 and up to 1, for example 0.25"),
      UNIT(0, 1, "from 0 to 1, for example 0.5"),
      SHARE_BELOW_ONE(0, 1, "from 0 to below 1, for example 0.4"),
      CONFIDENCE(0.5, 1, "above 0.5 and up to 1, for example 0.95"),
      NOT_NEGATIVE(0, Double.POSITIVE_INFINITY, "of at least 0, for example 0.5");

      private final double low;
      private final double high;
      private final String rule;

      Range(double low, double high, String rule) {
        this.low = low;
        this.high = high;
        this.rule = rule;
      }

      boolean holds(double value) {
        return switch (this) {
          case SHARE -> value > 0 && value <= 1;
          case UNIT -> value >= 0 && value <= 1;
          case SHARE_BELOW_ONE -> value >= 0 && value < 1;
          case CONFIDENCE -> value > 0.5 && value <= 1;
          case NOT_NEGATIVE -> value >= 0 && value < Double.POSITIVE_INFINITY;
        };
      }
    }

    /** No number is below; it need not be one itself. */
    public double low() {
      return range.low;
    }

    /** No number is above; it need not be one itself, and may be infinite. */
    public double high() {
      return range.high;
    }

    /** A number that cannot be switched off by a word. */
    static Decimal of(Range range) {
      return new Decimal(range, "");
    }

    @Override
    public String placeholder() {
      return without.isEmpty() ? "X" : "X|" + without;
    }

    @Override
    public Optional<String> problem(String text) {
      boolean word = !without.isEmpty() && text.equals(without);
      boolean number = FORM.matcher(text).matches() && range.holds(Double.parseDouble(text));
      return word || number
          ? Optional.empty()
          : Optional.of(
              "must be a number " + range.rule + (without.isEmpty() ? "" : ", or " + without));
    }

    OptionalDouble read(String text) {
      // Adding 0 makes -0 the same value, and the same hash, as 0.
      return text.equals(without)
          ? OptionalDouble.empty()
          : OptionalDouble.of(Double.parseDouble(text) + 0.0);
    }
  }

  /** Several numbers within a range, separated by commas; a list in YAML. */
  record Decimals(Decimal.Range range) implements PlanType {
    @Override
    public String placeholder() {
      return "X,...";
    }

    @Override
    public Optional<String> problem(String text) {
      Decimal one = Decimal.of(range);
      return parts(text).map(one::problem).flatMap(Optional::stream).findFirst();
    }

    /** The numbers, rising, each once. */
    List<Double> read(String text) {
      return parts(text).map(Double::valueOf).distinct().sorted().toList();
    }

    private static Stream<String> parts(String text) {
      return Arrays.stream(text.split(",", -1)).map(String::strip);
    }
  }

  /** A size in bytes, at least one mebibyte; K, M, G, T are powers of 1024. */
  record Bytes() implements PlanType {
    private static final Pattern FORM =
        Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(?:([KMGT])(?:iB)?)?");
    private static final BigDecimal LEAST = BigDecimal.valueOf(1 << 20);
    private static final BigDecimal MOST = BigDecimal.valueOf(1L << 60);

    @Override
    public String placeholder() {
      return "SIZE";
    }

    @Override
    public Optional<String> problem(String text) {
      return size(text).filter(s -> s.compareTo(LEAST) >= 0 && s.compareTo(MOST) <= 0).isPresent()
          ? Optional.empty()
          : Optional.of("must be a size of at least 1M, written 512M, 8G or 8GiB (powers of 1024)");
    }

    /** The bytes of a text without {@link #problem}. */
    public long read(String text) {
      return size(text).map(BigDecimal::longValue).orElseThrow();
    }

    private static Optional<BigDecimal> size(String text) {
      Matcher m = FORM.matcher(text);
      if (!m.matches()) {
        return Optional.empty();
      }
      int power = m.group(2) == null ? 0 : "KMGT".indexOf(m.group(2)) + 1;
      BigDecimal unit = BigDecimal.valueOf(1024).pow(power);
      return Optional.of(new BigDecimal(m.group(1)).multiply(unit));
    }
  }

  /** On or off. */
  record Switch() implements PlanType {
    @Override
    public String placeholder() {
      return "on|off";
    }

    @Override
    public Optional<String> problem(String text) {
      return text.matches("on|off|true|false")
          ? Optional.empty()
          : Optional.of("must be on or off");
    }

    boolean read(String text) {
      return text.equals("on") || text.equals("true");
    }
  }
}
