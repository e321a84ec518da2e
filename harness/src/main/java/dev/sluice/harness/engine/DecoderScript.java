package dev.sluice.harness.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.scorers.Measure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * The TorchScript of the decoder: the sublayers from {@code decoder.torchscript}, one method for each
 * {@link Measure}, and the switch between them.
 *
 * <p>A measure is known to the script by its {@link #number}.
 */
final class DecoderScript {
  private DecoderScript() {}

  /** All methods, indented as members of a module. */
  static String methods() {
    return measures() + resource("decoder.torchscript");
  }

  /** The script's number of a measure. */
  static int number(Measure measure) {
    return Arrays.asList(Measure.values()).indexOf(measure);
  }

  private static String measures() {
    StringBuilder bodies = new StringBuilder();
    StringBuilder choice = new StringBuilder();
    String signature = "(self, %sr: List[Tensor], v: List[Tensor], y: Tensor) -> Tensor:\n";
    choice.append("  def measure").append(signature.formatted("k: int, "));
    String test = "if";
    for (Measure m : Measure.values()) {
      bodies.append("  def ").append(method(m)).append(signature.formatted("")).append(body(m));
      choice.append("    %s torch.eq(k, %d):%n".formatted(test, number(m)));
      choice.append("      o = self.%s(r, v, y)%n".formatted(method(m)));
      test = "elif";
    }
    choice.append("    else:\n      o = self.nothing(r)\n");
    choice.append("    return o\n");
    return bodies.append(choice).toString();
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
