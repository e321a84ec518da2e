package dev.sluice.harness.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SampleSweeps;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariantListTest {
  @TempDir private Path folder;

  @BeforeEach
  void sweep() {
    try (Journal journal = new JournalFolder(folder).open("found")) {
      SampleSweeps.finished().forEach(journal::append);
    }
  }

  private VariantList list() {
    return new VariantList(
        SampleSweeps.config(),
        SampleSweeps.provenance().weightsDigest(),
        new JournalFolder(folder));
  }

  private Map<String, Variant> parse(String text) {
    Map<String, Variant> variants = new LinkedHashMap<>();
    list().parse(text).forEach(v -> variants.put(v.name(), v.variant()));
    return variants;
  }

  private static List<Sublayer> cuts(Map<String, Variant> variants, String name) {
    return requireNonNull(variants.get(name), name).cuts();
  }

  @Test
  void eachFormIsKeptUnderItsName() {
    Map<String, Variant> variants =
        parse("intact, cut:0.ffn;2.attention,random:0.5:seed=7,last=reverse:0.25,found@0.25");
    assertThat(variants.keySet())
        .containsExactly(
            "intact", "cut:0.ffn;2.attention", "random:0.5:seed=7", "last", "found@0.25");
    assertThat(variants.get("intact")).isEqualTo(Variant.intact());
    assertThat(variants.get("cut:0.ffn;2.attention")).isEqualTo(Variant.parse("0.ffn,2.attention"));
    assertThat(cuts(variants, "random:0.5:seed=7")).hasSize(4);
    assertThat(cuts(variants, "last")).hasSize(2);
    SweepState state = SweepState.of(new JournalFolder(folder).read("found")).orElseThrow();
    assertThat(variants.get("found@0.25")).isEqualTo(state.steps().get(1).variant());
    assertThat(list().parse("found@0.25").getFirst().searched())
        .containsEntry(state.plan().search().objective().id(), state.steps().get(1).score());
  }

  @Test
  void aSeedDecidesWhatARandomControlCuts() {
    Map<String, Variant> variants =
        parse("a=random:0.5:seed=1,b=random:0.5:seed=2,c=random:0.25:seed=1");
    assertThat(variants.get("a")).isNotEqualTo(variants.get("b"));
    assertThat(cuts(variants, "a")).containsAll(cuts(variants, "c"));
  }

  @Test
  void allStepsOfASweepAreNamedByTheirShares() {
    SweepState state = SweepState.of(new JournalFolder(folder).read("found")).orElseThrow();
    Map<String, Variant> variants = parse("intact,found@all");
    assertThat(variants).hasSize(1 + state.steps().size());
    variants.keySet().stream()
        .skip(1)
        .forEach(
            name -> assertThat(cuts(parse(name), name)).as(name).isEqualTo(cuts(variants, name)));
    assertThat(parse("x=found@all").keySet()).allMatch(name -> name.startsWith("x@"));
  }

  @Test
  void listsOfCutsAreTakenWholeOrUpToAShare() throws IOException {
    Path order =
        Files.writeString(folder.resolve("order.txt"), "3.ffn\n1.attention\n3.attention\n");
    List<VariantList.Named> named =
        list().parse("mask:" + order + ",mask:" + order + "@0.25,last=mask:" + order + "@0.125");
    assertThat(named)
        .extracting(VariantList.Named::name)
        .containsExactly("mask:order.txt", "mask:order.txt@0.25", "last");
    assertThat(named)
        .extracting(n -> n.variant().toString())
        .containsExactly("1.attention,3.attention,3.ffn", "1.attention,3.ffn", "3.ffn");
    assertThat(named.get(1).cuts().cuts())
        .extracting(Candidate::name)
        .containsExactly("3.ffn", "1.attention");
    Path shared = Files.writeString(folder.resolve("order@0.5"), "3.ffn\n");
    assertThat(list().parse("mask:" + shared).getFirst().name()).isEqualTo("mask:order@0.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          drops.txt@0.25 | says what is cut and not in which order
          order.txt@0.5  | ends before 0.5 of 8 sublayers: name a smaller share
          order.txt@0.1  | cuts 3.block first, which is more than 0.1 of 8 sublayers
          order.txt@2    | share '2'
          all.txt        | ranks every sublayer of the model: say up to which share
          absent,b.txt   | no file
          """)
  void whatAListOfCutsCannotBeIsSaid(String text, String message) throws IOException {
    Files.writeString(folder.resolve("drops.txt"), "none\nattn\nmlp\nattn+mlp\n");
    Files.writeString(folder.resolve("order.txt"), "3.block\n");
    Files.writeString(folder.resolve("all.txt"), "3 2 1 0");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> list().parse("mask:" + folder + "/" + text))
        .withMessageContaining(message);
  }

  @Test
  void aSweepsCutsKeepTheirOrderAndWhereTheyComeFrom() {
    SweepState state = SweepState.of(new JournalFolder(folder).read("found")).orElseThrow();
    CutList cuts = list().parse("found@0.25").getFirst().cuts();
    assertThat(cuts.ordered()).isTrue();
    assertThat(cuts.cuts())
        .isEqualTo(state.steps().stream().limit(2).map(Step::committed).toList());
    assertThat(cuts.scores()).isEqualTo(state.steps().stream().limit(2).map(Step::score).toList());
    assertThat(cuts.origin().weights()).contains(SampleSweeps.provenance().weightsDigest());
    assertThat(cuts.origin().strategy()).contains(state.plan().search().strategy().id());
    CutList random = list().parse("random:0.5:seed=3").getFirst().cuts();
    assertThat(random.first(2, SampleSweeps.config()).variant())
        .isEqualTo(list().parse("random:0.25:seed=3").getFirst().variant());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          half                  | write intact, SWEEP@0.25
          random:1.5            | share '1.5'
          cut:9.ffn             | 9.ffn
          intact,intact         | there twice
          x=cut:1.ffn,cut:1.ffn | cuts what another one cuts
          none@0.25             | no sweep 'none'
          found@0.9             | too few for 0.9
          none@all              | no sweep 'none'
          found@all,found@0.25  | there twice
          """)
  void whatCannotBeIsSaidWithWhatCan(String text, String message) {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> list().parse(text))
        .withMessageContaining(message);
  }

  @Test
  void aSweepOfOtherWeightsIsRefused() {
    VariantList other = new VariantList(SampleSweeps.config(), "other", new JournalFolder(folder));
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> other.parse("found@0.25"))
        .withMessageContaining("other weights");
  }
}
