package dev.sluice.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dashboards.CommittedQueries.File;
import dev.sluice.dashboards.CommittedQueries.Query;
import dev.sluice.dashboards.CommittedQueries.Values;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the committed files ask is asked of a Prometheus that watched a service at work. */
@Timeout(240)
class LiveQueriesTest {
  /** What has no data although all is well, by place; each for its reason. */
  private static final Map<String, String> EMPTY =
      Map.of(
          "sluice-engine, Denied series, denied",
          "nothing is denied while all is well",
          "sluice-sweep, Influence in the intact model: the twenty least, {{name}}",
          "the sweep's strategy takes no profile");

  /**
   * Selectors without series: nothing is denied and no request fails while all is well, and no profile
   * is taken.
   */
  private static final Pattern EMPTY_SELECTOR =
      Pattern.compile(
          "sluice_series_denied_total.*|sluice_sublayer_influence.*|.*status=~\"5xx\".*");

  private static final Pattern SELECTOR =
      Pattern.compile(
          "\\b((?:\\w+:)?sluice_\\w+(?::\\w+)?|(?:DCGM|jvm|process|system|scrape)_\\w+|up\\b|ALERTS\\b)(\\{[^}]*\\})?");

  @TempDir private static Path folder;

  // Tests are skipped where they are not set.
  @SuppressWarnings("NullAway.Init")
  private static ServedSluice sluice;

  @SuppressWarnings("NullAway.Init")
  private static MadeUpGpu gpu;

  @SuppressWarnings("NullAway.Init")
  private static RunningPrometheus prometheus;

  @BeforeAll
  static void workIsWatched() throws Exception {
    if (Debian.has("prometheus")) {
      work();
    }
  }

  private static void work() throws Exception {
    gpu = MadeUpGpu.start();
    sluice = ServedSluice.in(Files.createDirectory(folder.resolve("sluice")));
    prometheus =
        RunningPrometheus.in(
            Files.createDirectory(folder.resolve("prometheus")),
            List.of(sluice.address(), gpu.address()));
    prometheus.await("sluice_build_info");
    evaluation("lost", "absent@0.5");
    assertThat(sluice.await("lost")).isEqualTo("failed");
    sluice.submit(
        "sweep",
        Map.of(
            "name", "found",
            "model", "demo",
            "calibration", "demo/calibration.txt",
            "calibration-preset", "first",
            "sequences", "8",
            "length", "128",
            "until", "0.25"));
    assertThat(sluice.await("found")).isEqualTo("done");
    evaluation("asked", "intact,found@0.1,found@0.25,random:0.25:seed=7");
    assertThat(sluice.await("asked")).isEqualTo("done");
    prometheus.await("sum(sluice_evaluation_state{state=\"done\"} == 1)");
    prometheus.await("ALERTS{alertname=\"SluiceJobFailed\",alertstate=\"firing\"}");
  }

  @BeforeEach
  void needsPrometheus() {
    Debian.needs("prometheus");
  }

  private static void evaluation(String name, String variants) throws Exception {
    sluice.submit(
        "evaluation",
        Map.of(
            "name", name,
            "model", "demo",
            "tasks", "boolq,lambada_openai,wikitext",
            "data", "boolq=boolq.jsonl,lambada_openai=lambada.jsonl,wikitext=wikitext.jsonl",
            "variants", variants));
  }

  @AfterAll
  static void allIsStopped() throws Exception {
    for (AutoCloseable open : new AutoCloseable[] {prometheus, sluice, gpu}) {
      if (open != null) {
        open.close();
      }
    }
  }

  static Stream<File> dashboards() {
    return CommittedQueries.dashboards().stream();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsHaveData(File dashboard) {
    assertThat(withoutData(dashboard.queries(), all(dashboard))).isEqualTo(reasons(dashboard));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsHaveDataWhereValuesAreChosenByHand(File dashboard) {
    assertThat(withoutData(dashboard.queries(), byHand(dashboard))).isEqualTo(reasons(dashboard));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void annotationsMarkSteps(File dashboard) {
    assertThat(dashboard.annotations()).isNotEmpty();
    assertThat(withoutData(dashboard.annotations(), all(dashboard))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void exemplarsNameWhatWasSeen(File dashboard) {
    Choice choice = all(dashboard);
    dashboard.queries().stream()
        .filter(Query::exemplars)
        .forEach(query ->
            assertThat(prometheus.exemplarLabels(choice.in(query.expr())))
                .as(query.place())
                .contains(dashboard.uid().equals(Frames.COMPARE) ? "item" : "prompt"));
  }

  @Test
  void firstFailureIsAnIncrease() {
    prometheus.await("sum(increase(sluice_job_failures_total[5m])) > 0.5");
  }

  @Test
  void recordedSeriesHaveData() {
    List<Query> rules = CommittedQueries.rules("sluice-recording.yml", "record");
    assertThat(withoutData(rules, new Choice())).isEmpty();
    assertThat(
            withoutData(
                rules.stream().map(rule -> new Query(rule.place(), rule.place(), false)).toList(),
                new Choice()))
        .isEmpty();
  }

  @Test
  void rulesAreHealthy() {
    Map<String, String> rules = prometheus.rules();
    assertThat(rules).hasSizeGreaterThan(15);
    assertThat(rules.values()).containsOnly("ok");
  }

  @Test
  void alertsWatchSeriesThatThereAre() {
    List<Query> alerts = CommittedQueries.rules("sluice-alerts.yml", "alert");
    for (Query alert : alerts) {
      assertThat(prometheus.ask(alert.expr()).problem()).as(alert.place()).isEmpty();
    }
    assertThat(absent(alerts, new Choice())).isEmpty();
  }

  /** What has a value in any case, such as {@code or vector(0)}, must not hide a wrong name. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void eachSelectorHasSeries(File dashboard) {
    assertThat(absent(dashboard.queries(), byHand(dashboard))).isEmpty();
  }

  @Test
  void misspeltMeterIsFoundBesideADefault() {
    File overview = CommittedQueries.dashboards().getFirst();
    List<Query> wrong = misspelt(overview, "sluice_job_failures_total", "sluice_job_failure_total");
    assertThat(absent(wrong, all(overview))).hasSize(1).first().asString().contains("failure_");
  }

  @Test
  void misspeltMeterIsFound() {
    File sweep = CommittedQueries.dashboards().get(1);
    List<Query> wrong = misspelt(sweep, "sluice_sublayer_rank", "sluice_sublayer_rang");
    Map<String, String> found = withoutData(wrong, all(sweep));
    found.keySet().removeAll(withoutData(sweep.queries(), all(sweep)).keySet());
    assertThat(found)
        .containsExactlyEntriesOf(
            Map.of("sluice-sweep, Order of cuts, step that cut it", "0 series"));
  }

  @Test
  void badSyntaxIsFound() {
    Map<String, String> found =
        withoutData(List.of(new Query("wrong", "sum(sluice_jobs", false)), new Choice());
    assertThat(found.get("wrong")).contains("parse error");
  }

  private static List<Query> misspelt(File dashboard, String right, String wrong) {
    return dashboard.queries().stream()
        .map(query -> new Query(query.place(), query.expr().replace(right, wrong), false))
        .toList();
  }

  private static Set<String> absent(List<Query> queries, Choice choice) {
    Set<String> absent = new TreeSet<>();
    for (Query query : queries) {
      List<MatchResult> selectors = SELECTOR.matcher(choice.in(query.expr())).results().toList();
      assertThat(selectors).as(query.place()).isNotEmpty();
      selectors.stream()
          .map(MatchResult::group)
          .filter(selector -> !EMPTY_SELECTOR.matcher(selector).matches())
          .filter(selector -> !prometheus.ask(selector).hasData())
          .forEach(absent::add);
    }
    return absent;
  }

  private static Map<String, String> withoutData(List<Query> queries, Choice choice) {
    assertThat(queries).isNotEmpty();
    Map<String, String> found = new TreeMap<>();
    for (Query query : queries) {
      RunningPrometheus.Answer answer = prometheus.ask(choice.in(query.expr()));
      if (!answer.hasData()) {
        found.put(query.place(), answer.toString());
      }
    }
    return found;
  }

  private static Map<String, String> reasons(File dashboard) {
    Map<String, String> expected = new TreeMap<>();
    EMPTY.keySet().stream()
        .filter(place -> place.startsWith(dashboard.uid() + ","))
        .forEach(place -> expected.put(place, "0 series"));
    return expected;
  }

  private static Choice all(File dashboard) {
    return choice(dashboard, true);
  }

  private static Choice byHand(File dashboard) {
    return choice(dashboard, false);
  }

  /** Variables from the left to the right, each with values for those before it. */
  private static Choice choice(File dashboard, boolean all) {
    Choice choice = new Choice();
    choice.set("__rate_interval", "4s");
    choice.set("__interval", "1s");
    choice.set("__range", prometheus.range().toSeconds() + "s");
    List<String> unset = new ArrayList<>();
    for (Values variable : dashboard.variables()) {
      List<String> values = prometheus.values(variable, choice.in(variable.selector()));
      if (values.isEmpty()) {
        unset.add(variable.name());
      } else if (!variable.several()) {
        choice.set(variable.name(), values.getFirst());
      } else if (all) {
        choice.all(variable.name());
      } else {
        choice.several(variable.name(), values);
      }
    }
    assertThat(unset).as("variables without values").isEmpty();
    return choice;
  }
}
