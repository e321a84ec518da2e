package dev.sluice.harness.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.scorers.Measure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The TorchScript of the decoder: the sublayers from {@code decoder.torchscript}, what is said of
 * states at several depths from {@code profile.torchscript}, one method for each {@link Measure}, and
 * the switch between them.
 *
 * <p>A measure is known to the script by its {@link #number}.
 */
final class DecoderScript {
  private static final Pattern IN_PLACE =
      Pattern.compile("torch\\.(add|sub|mul|div|silu|gelu|rsqrt|exp|log|tanh)_\\(");

  private DecoderScript() {}

  /** All methods, indented as members of a module. */
  static String methods() {
    return measures() + resource("profile.torchscript") + resource("decoder.torchscript");
  }

  /**
   * The same methods and those that compute gradients through them. What is computed in place is
   * computed beside instead, since backward passes need what would be overwritten.
   */
  static String differentiable() {
    return IN_PLACE.matcher(methods()).replaceAll("torch.$1(") + resource("gradients.torchscript");
  }

  /** The script's number of a measure. */
  static int number(Measure measure) {
    return Arrays.asList(Measure.values()).indexOf(measure);
  }

  private static String measures() {
    StringBuilder bodies = new StringBuilder();
    for (Measure m : Measure.values()) {
      bodies.append("  def %s(self, %s) -> Tensor:%n".formatted(method(m), operands(m)));
      bodies.append(body(m));
    }
    return bodies + choice("measure", false) + choice("row_measure", true);
  }

  /** A method that calls the measures of one kind by their numbers. */
  private static String choice(String name, boolean ofStates) {
    List<Measure> measures =
        Arrays.stream(Measure.values()).filter(m -> m.needsStates() == ofStates).toList();
    String operands = operands(measures.getFirst());
    StringBuilder choice = new StringBuilder();
    choice.append("  def %s(self, k: int, %s) -> Tensor:%n".formatted(name, operands));
    String test = "if";
    for (Measure m : measures) {
      choice.append("    %s torch.eq(k, %d):%n".formatted(test, number(m)));
      choice.append("      o = self.%s(r, v%s)%n".formatted(method(m), ofStates ? "" : ", y"));
      test = "elif";
    }
    choice.append("    else:\n      o = self.nothing(r)\n");
    choice.append("    return o\n");
    return choice.toString();
  }

  private static String operands(Measure measure) {
    return "r: List[Tensor], v: List[Tensor]" + (measure.needsStates() ? "" : ", y: Tensor");
  }

  private static String method(Measure measure) {
    return measure.name().toLowerCase(Locale.ROOT);
  }

  private static String body(Measure measure) {
    return measure.torchScript().stripTrailing() + "\n";
  }

  private static String resource(String name) {
    try (InputStream in = DecoderScript.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
