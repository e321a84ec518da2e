package dev.sluice.harness.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.presentation.ColourScale;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial.Outcome;
import dev.sluice.scorers.Measure;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final String HOSTILE =
      "</title><script>alert('1')</script>\"&'<img src=http://evil/x>\u0000\u001b\ud800]]>";

  static Stream<SweepState> everyKindOfSweep() {
    return Stream.concat(
        TextReportTest.everyKindOfSweep(),
        Stream.of(SampleStates.ofBlocks(3).named(HOSTILE, HOSTILE).steps(2).build()));
  }

  private static Document parse(SweepState state) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(HtmlReport.of(state))));
  }

  private static List<Element> elements(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<Element> ofClass(Document page, String tag, String name) {
    return elements(page, tag).stream()
        .filter(e -> List.of(e.getAttribute("class").split(" ")).contains(name))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("everyKindOfSweep")
  void pageIsWellFormedNamedAndLoadsNothing(SweepState state) throws Exception {
    Document page = parse(state);

    assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
    assertThat(elements(page, "title").getFirst().getTextContent()).endsWith("– Sluice");
    assertThat(elements(page, "meta")).anyMatch(e -> e.getAttribute("name").equals("viewport"));
    for (Element element : elements(page, "*")) {
      assertThat(element.getAttribute("src")).as("no source at all").isEmpty();
      assertThat(element.getAttribute("href")).matches("|#.*|data:,");
      assertThat(element.getAttribute("style")).doesNotContain("url(");
    }
    assertThat(elements(page, "style").getFirst().getTextContent())
        .doesNotContain("url(")
        .doesNotContain("@import");
  }

  @ParameterizedTest
  @MethodSource("everyKindOfSweep")
  void identifiersAreUniqueAndLinksLeadSomewhere(SweepState state) throws Exception {
    Document page = parse(state);
    List<String> ids =
        elements(page, "*").stream()
            .map(e -> e.getAttribute("id"))
            .filter(i -> !i.isEmpty())
            .toList();

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(elements(page, "a"))
        .allSatisfy(a -> assertThat(ids).contains(a.getAttribute("href").substring(1)));
    assertThat(elements(page, "label"))
        .allSatisfy(l -> assertThat(ids).contains(l.getAttribute("for")));
  }

  @Test
  void hostileNamesStayText() throws Exception {
    Document page = parse(SampleStates.ofBlocks(3).named(HOSTILE, HOSTILE).steps(2).build());

    assertThat(elements(page, "script")).hasSize(1);
    assertThat(elements(page, "img")).isEmpty();
    assertThat(elements(page, "h1").getFirst().getTextContent())
        .startsWith("</title><script>alert('1')")
        .contains("\ufffd");
  }

  @Test
  void mapBearsTheRankAtItsPlace() throws Exception {
    Document page =
        parse(SampleStates.ofBlocks(12).step("7.attention", 0.1).step("10.ffn", 0.3).build());

    List<Element> cut = ofClass(page, "a", "cell");
    assertThat(cut).extracting(Element::getTextContent).containsExactly("1", "2");
    assertThat(cut.getFirst().getAttribute("title")).startsWith("7.attention: cut in step 1, ag");
    assertThat(cut.getFirst().getAttribute("class")).contains("c0 ");
    assertThat(cut.getLast().getAttribute("title")).startsWith("10.ffn: cut in step 2");
    assertThat(cut.getLast().getAttribute("class")).contains("c" + (ColourScale.LEVELS - 1));
    assertThat(ofClass(page, "span", "kept")).as("24 - 2, and the legend's").hasSize(23);
  }

  @Test
  void everyPictureHasATable() throws Exception {
    SweepState state = SampleStates.ofBlocks(12).dropping().steps(6).build();
    Document page = parse(state);

    assertThat(elements(page, "summary"))
        .extracting(Element::getTextContent)
        .containsExactly(
            "The map as a table",
            "The curve as a table",
            "Perplexity as a table",
            "The candidates as a table");
    assertThat(elements(page, "tr"))
        .filteredOn(r -> r.getAttribute("id").startsWith("step-"))
        .hasSize(6);
    assertThat(page.getDocumentElement().getTextContent())
        .contains(Quantities.score(state.steps().getLast().score()));
  }

  @Test
  void curveHasAPointForEveryFiniteStepAndTheIntactModel() throws Exception {
    Document page =
        parse(
            SampleStates.ofBlocks(12)
                .measuring(Measure.AG, Measure.AG)
                .step("7.attention", 0.1)
                .step("8.attention", Double.NaN)
                .step("9.attention", 0.4)
                .build());

    assertThat(ofClass(page, "circle", "point")).as("3 linear, 2 logarithmic").hasSize(5);
    assertThat(ofClass(page, "circle", "intact")).hasSize(1);
    assertThat(elements(page, "polyline").getFirst().getAttribute("points")).doesNotContain("NaN");
    assertThat(ofClass(page, "circle", "point").getLast().getTextContent())
        .startsWith("step 3, 9.attention: 0.4000 ± 0.0241 at 12.5 %");
  }

  @Test
  void perplexityIsDrawnOnlyWhereItWasMeasured() throws Exception {
    assertThat(page("perplexity", SampleStates.ofBlocks(4).steps(2).build())).isTrue();
    assertThat(
            page(
                "perplexity",
                SampleStates.ofBlocks(4).measuring(Measure.KL, Measure.KL).steps(2).build()))
        .isFalse();
  }

  private static boolean page(String id, SweepState state) throws Exception {
    return elements(parse(state), "section").stream()
        .anyMatch(e -> e.getAttribute("id").equals(id));
  }

  @Test
  void candidatesAreMarkedAsCutOrDropped() throws Exception {
    SweepState state = SampleStates.ofBlocks(12).dropping().steps(4).build();
    List<Element> cells = elements(parse(state), "g");
    long dropped = state.trials().stream().filter(t -> t.outcome() == Outcome.DROPPED).count();

    assertThat(cells).hasSize(state.trials().size());
    assertThat(cells).filteredOn(c -> c.getTextContent().endsWith("●")).hasSize(4);
    assertThat(cells).filteredOn(c -> c.getTextContent().endsWith("×")).hasSize((int) dropped);
  }

  @Test
  void candidateWithoutAFiniteScoreIsNotColoured() throws Exception {
    Document page = parse(SampleStates.ofBlocks(5).withNan().steps(2).build());

    assertThat(ofClass(page, "g", "unscored")).hasSize(2);
    assertThat(ofClass(page, "g", "c0")).isNotEmpty();
  }

  @Test
  void blocksAreOnePanel() throws Exception {
    Document page = parse(SampleStates.ofBlocks(8).cutting(CandidateKind.BLOCK).steps(2).build());

    assertThat(ofClass(page, "div", "panel")).hasSize(1);
    assertThat(ofClass(page, "a", "cell"))
        .extracting(Element::getTextContent)
        .containsExactlyInAnyOrder("1", "1", "2", "2");
  }

  @Test
  void colourOfAllLevelsIsDefinedForBothSchemes() {
    String css = ColourScale.css();
    var names = new HashSet<String>();
    css.lines().filter(l -> l.startsWith(".c")).forEach(l -> names.add(l.split("\\{")[0]));

    assertThat(names).hasSize(ColourScale.LEVELS);
    assertThat(css.lines().filter(l -> l.startsWith(".c0{")))
        .containsExactly(".c0{--c:#440154;--ink:#ffffff}", ".c0{--c:#fde725;--ink:#10131a}");
    for (int level = 0; level < ColourScale.LEVELS; level++) {
      int colour = ColourScale.colour(level);
      assertThat(ColourScale.contrast(colour, ColourScale.ink(colour))).isGreaterThan(4.5);
    }
  }
}
