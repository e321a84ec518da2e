package dev.sluice.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanKeyTest {

  @Test
  void keysTypesAndDefaultsAreThese() {
    String table =
        Arrays.stream(PlanKey.values())
            .map(k -> k.id() + " " + k.type().placeholder() + " " + k.fallback().orElse("-"))
            .collect(Collectors.joining("\n"));
    assertThat(table)
        .isEqualTo(
            """
            model DIR -
            calibration FILE -
            calibration-field NAME -
            calibration-preset finercut|first|windows|documents finercut
            sequences N 10
            length N 256
            select first|random|longest|loss|loss-low|el2n|el2n-low|grand first
            pool N -
            seed N 0
            strategy finercut|blockpruner|sleb|tale|one-shot|influence|update-norm|magnitude-l1|magnitude-l2|taylor|angular-window|cosine-window|shapley|shapley-windows|beam|evopress|gates|exhaustive|random|reverse|every|cornerstone finercut
            measure kl|js|ag|angular|norm|top1|nll|cka|kl-truncated|el2n-kl|delta-p|accuracy ag
            measures NAME,... kl,top1,nll
            task NAME|FILE -
            task-data PLACE -
            task-rows N 200
            candidates all|attention|ffn|block|expert all
            exclude X|none none
            ties released|natural released
            until X 0.25
            until-parameters X -
            until-divergence X -
            racing X|off off
            treatment remove|duplicate|interpolate remove
            other DIR -
            alpha X 0.5
            samples N 16
            window N 3
            width N 4
            offspring N 32
            generations N -
            balanced on|off off
            ratios X,... -
            dtype float32|bfloat16|float16 -
            device cpu|gpu|gpu:N cpu
            memory SIZE -
            batch-tokens N 512
            slice N 16
            stack N -
            threads N -
            boundary-cache on|off on
            name NAME -
            journal DIR -\
            """);
  }

  @Test
  void defaultsAreValuesOfTheirTypes() {
    for (PlanKey key : PlanKey.values()) {
      key.fallback().ifPresent(f -> assertThat(key.type().problem(f)).as(key.id()).isEmpty());
    }
  }

  @Test
  void helpIsOneSentence() {
    for (PlanKey key : PlanKey.values()) {
      assertThat(key.help()).as(key.id()).matches("[A-Z][^\\n]*\\.").hasSizeLessThan(100);
    }
  }

  @Test
  void keysAreFoundById() {
    assertThat(PlanKey.byId("until-parameters")).contains(PlanKey.UNTIL_PARAMETERS);
    assertThat(PlanKey.byId("UNTIL")).isEmpty();
    assertThat(PlanKey.byId("until_parameters")).isEmpty();
    assertThat(PlanKey.ids()).hasSize(PlanKey.values().length).doesNotHaveDuplicates();
  }
}
