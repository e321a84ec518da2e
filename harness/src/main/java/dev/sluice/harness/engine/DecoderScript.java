package dev.sluice.harness.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.pytorch.jni.IValue;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Activation;
import dev.sluice.harness.model.ModelConfig.Attention;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.QueryKeyNorm;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
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

  /** For each member and each of so many experts 1 where it is gone, else 0. */
  static long[] gone(List<List<Integer>> experts, int count) {
    long[] gone = new long[experts.size() * count];
    for (int member = 0; member < experts.size(); member++) {
      for (int expert : experts.get(member)) {
        gone[member * count + expert] = 1;
      }
    }
    return gone;
  }

  private static List<Measure> computed() {
    return Arrays.stream(Measure.values()).filter(m -> !m.needsAnswers()).toList();
  }

  private static String measures() {
    StringBuilder bodies = new StringBuilder();
    for (Measure m : computed()) {
      bodies.append("  def %s(self, %s) -> Tensor:%n".formatted(method(m), operands(m)));
      bodies.append(body(m));
    }
    return bodies + choice("measure", false) + choice("row_measure", true);
  }

  /** A method that calls the measures of one kind by their numbers. */
  private static String choice(String name, boolean ofStates) {
    List<Measure> measures = computed().stream().filter(m -> m.needsStates() == ofStates).toList();
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

  /**
   * What the script must know of one kind of sublayer, the same in every call.
   *
   * @param places of the weights in the sublayer's list, in the order of the roles below; -1 where it
   *     has none. Further experts follow the first
   * @param numbers of attention: heads, key heads, head size, elements rotated, query and key norm; of
   *     the FFN: activation, experts, active experts, whether their weights add up to 1
   * @param factors epsilon of the norms; of attention also scale and cap of the scores, 0 for none
   */
  record SublayerArguments(IValue places, IValue numbers, IValue factors) implements AutoCloseable {
    private static final List<WeightRole> ATTENTION =
        List.of(
            WeightRole.NORM,
            WeightRole.NORM_BIAS,
            WeightRole.QUERY,
            WeightRole.KEY,
            WeightRole.VALUE,
            WeightRole.OUTPUT,
            WeightRole.QUERY_BIAS,
            WeightRole.KEY_BIAS,
            WeightRole.VALUE_BIAS,
            WeightRole.OUTPUT_BIAS,
            WeightRole.QUERY_NORM,
            WeightRole.KEY_NORM,
            WeightRole.POST_NORM);

    private static final List<WeightRole> FFN =
        List.of(
            WeightRole.NORM,
            WeightRole.NORM_BIAS,
            WeightRole.GATE,
            WeightRole.UP,
            WeightRole.DOWN,
            WeightRole.GATE_BIAS,
            WeightRole.UP_BIAS,
            WeightRole.DOWN_BIAS,
            WeightRole.POST_NORM,
            WeightRole.ROUTER);

    static SublayerArguments of(Sublayer sublayer, ModelConfig config, WeightLayout layout) {
      List<WeightRole> present = layout.of(sublayer).stream().map(Slot::role).toList();
      boolean attention = sublayer.kind() == SublayerKind.ATTENTION;
      long[] places = (attention ? ATTENTION : FFN).stream().mapToLong(present::indexOf).toArray();
      return new SublayerArguments(
          IValue.listFrom(places),
          IValue.listFrom(attention ? attentionNumbers(config) : ffnNumbers(config, sublayer)),
          IValue.listFrom(attention ? attentionFactors(config) : new double[] {epsilon(config)}));
    }

    private static double epsilon(ModelConfig config) {
      return config.norm().epsilon();
    }

    private static double[] attentionFactors(ModelConfig config) {
      Attention attention = config.attention();
      return new double[] {epsilon(config), attention.scale(), attention.cap().orElse(0)};
    }

    private static long[] attentionNumbers(ModelConfig config) {
      Attention attention = config.attention();
      int rotated =
          switch (config.positions()) {
            case Positions.Rotary rotary -> rotary.width();
            case Positions.Learned ignored -> 0;
          };
      return new long[] {
        attention.heads(),
        attention.kvHeads(),
        attention.headSize(),
        rotated,
        number(attention.queryKeyNorm())
      };
    }

    private static long[] ffnNumbers(ModelConfig config, Sublayer sublayer) {
      long activation = number(config.ffn().activation());
      return config
          .experts(sublayer.block())
          .map(e -> new long[] {activation, e.count(), e.active(), normalised(e)})
          .orElseGet(() -> new long[] {activation});
    }

    private static long normalised(Experts experts) {
      return experts.normalised() ? 1 : 0;
    }

    private static long number(Activation activation) {
      return switch (activation) {
        case SILU -> 0;
        case GELU -> 1;
        case GELU_TANH -> 2;
        case RELU -> 3;
      };
    }

    private static long number(QueryKeyNorm norm) {
      return switch (norm) {
        case NONE -> 0;
        case HEAD -> 1;
        case WHOLE -> 2;
      };
    }

    @Override
    public void close() {
      places.close();
      numbers.close();
      factors.close();
    }
  }
}
