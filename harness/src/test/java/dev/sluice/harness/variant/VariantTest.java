package dev.sluice.harness.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.scorers.PrerequisiteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariantTest {
  /** Three blocks with four experts each. */
  private static final ModelConfig MIXTURE =
      TinyCheckpoints.modelConfig(TinyCheckpoints.of("mixtral"));

  @ParameterizedTest
  @ValueSource(strings = {"intact", "0.attention", "0.ffn.1,0.ffn.3,2.ffn", "1.attention,1.ffn.0"})
  void namesAreReadBack(String text) {
    assertThat(Variant.parse(text)).hasToString(text);
  }

  @Test
  void anExpertOfAnFfnThatIsCutIsNotCutTwice() {
    Variant variant = Variant.parse("1.ffn.2,1.ffn,0.ffn.1");
    assertThat(variant).isEqualTo(Variant.parse("0.ffn.1,1.ffn")).hasToString("0.ffn.1,1.ffn");
    assertThat(variant.isCut(Sublayer.parse("1.ffn.2"))).isTrue();
    assertThat(variant.isCut(Sublayer.parse("0.ffn.1"))).isTrue();
    assertThat(variant.isCut(Sublayer.parse("0.ffn.2"))).isFalse();
    assertThat(variant.isCut(Sublayer.parse("0.ffn"))).isFalse();
    assertThat(variant.expertsCut(1)).containsExactly(1);
    assertThat(variant.expertsCut(3)).as("the whole FFN is cut").isEmpty();
  }

  @Test
  void variantsThatAgreeUpToAPlaceHaveEqualPrefixesThere() {
    Variant one = Variant.parse("0.ffn.1,2.ffn.0");
    Variant other = Variant.parse("0.ffn.1,2.ffn.3");
    assertThat(one.prefix(5)).isEqualTo(other.prefix(5)).isNotEqualTo(Variant.intact());
    assertThat(one.prefix(6)).isEqualTo(one).isNotEqualTo(other.prefix(6));
    assertThat(one.prefix(1)).isEqualTo(Variant.intact());
    assertThat(one.prefix(2)).isNotEqualTo(Variant.parse("0.ffn").prefix(2));
  }

  @Test
  void expertsCountAsPartsOfTheirFfn() {
    assertThat(Variant.parse("0.ffn.1,0.ffn.2,1.attention").sublayers(MIXTURE)).isEqualTo(1.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3.ffn | no sublayer 3.ffn: the model has 3 blocks, its last sublayer is 2.ffn",
        "1.ffn.4 | no expert 1.ffn.4: 1.ffn has 4 experts, the last is 1.ffn.3"
      })
  void whatTheModelDoesNotHaveIsNamed(String cut, String message) {
    assertThatThrownBy(() -> Variant.parse(cut).requireWithin(MIXTURE))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessage(message);
  }

  @Test
  void expertOfAPlainFfnIsRefused() {
    assertThatThrownBy(() ->
            Variant.parse("1.ffn.0")
                .requireWithin(TinyCheckpoints.modelConfig(TinyCheckpoints.of("llama"))))
        .hasMessage("no expert 1.ffn.0: 1.ffn is no mixture of experts. Cut 1.ffn as a whole");
  }
}
