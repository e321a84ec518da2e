package dev.sluice.harness.report;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.presentation.ColourScale;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.sweep.Trial.Outcome;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every candidate of every step: one row a step, one column a block, coloured by how many times the
 * best of its step a candidate costs. The colour follows the root of the ratio's logarithm, because
 * what decides lies close to the best.
 */
final class CandidateChart {
  private static final int ROW = 20;
  private static final double[] CEILINGS = {1.5, 2, 3, 5, 10, 30, 100, 1000};

  private final Findings findings;
  private final Map<Integer, List<Trial>> steps = new TreeMap<>();
  private final Map<Integer, Double> best = new TreeMap<>();
  private final double ceiling;

  CandidateChart(Findings findings) {
    this.findings = findings;
    findings.state().trials().stream().map(Trial::step).distinct().forEach(this::add);
    this.ceiling = ceiling();
  }

  private void add(int step) {
    List<Trial> trials = findings.state().trialsOf(step);
    steps.put(step, trials);
    best.put(
        step, trials.stream().mapToDouble(this::loss).filter(l -> l > 0).min().orElse(Double.NaN));
  }

  /** Distance from the intact model: the score itself, or what it lacks to the intact model's. */
  private double loss(Trial trial) {
    Measure measure = findings.objective();
    double mean = trial.mean(measure).orElse(Double.NaN);
    return switch (measure.direction()) {
      case LOWER_IS_BETTER -> mean;
      case HIGHER_IS_BETTER -> measure.unchanged().orElse(1) - mean;
    };
  }

  /** The ratio that nine in ten candidates stay below, rounded up. */
  private double ceiling() {
    double[] ratios =
        steps.values().stream()
            .flatMap(List::stream)
            .mapToDouble(this::ratio)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    double high = ratios.length == 0 ? 1 : ratios[(int) (0.9 * (ratios.length - 1))];
    for (double c : CEILINGS) {
      if (c >= high) {
        return c;
      }
    }
    return CEILINGS[CEILINGS.length - 1];
  }

  /** How many times the best of its step; 1 for what is no worse. */
  private double ratio(Trial trial) {
    double least = best.getOrDefault(trial.step(), Double.NaN);
    return Double.isNaN(loss(trial)) ? Double.NaN : Math.max(1, loss(trial) / least);
  }

  void write(Markup page) {
    page.open("div", "class", "panels");
    if (findings.byBlock()) {
      panel(page, "Blocks", steps);
    } else {
      panel(page, "Attention", of(SublayerKind.ATTENTION));
      panel(page, "FFN", of(SublayerKind.FFN));
    }
    page.closeLine();
    legend(page);
  }

  private Map<Integer, List<Trial>> of(SublayerKind kind) {
    Map<Integer, List<Trial>> some = new TreeMap<>();
    steps.forEach((step, trials) ->
        some.put(
            step,
            trials.stream()
                .filter(t -> t.candidate().sublayers().getFirst().kind() == kind)
                .toList()));
    return some;
  }

  private void panel(Markup page, String name, Map<Integer, List<Trial>> rows) {
    if (rows.values().stream().allMatch(List::isEmpty)) {
      return;
    }
    page.open("div", "class", "panel").element("h3", name);
    page.open(
        "svg",
        "role",
        "img",
        "aria-label",
        name + ": candidates of each step by block",
        "style",
        "height:" + rows.size() * ROW + "px");
    int row = 0;
    for (Map.Entry<Integer, List<Trial>> step : rows.entrySet()) {
      String middle = Integer.toString(row * ROW + ROW / 2);
      page.element(
          "text",
          step.getKey().toString(),
          "class",
          "tick y",
          "x",
          "-6",
          "y",
          middle,
          "dy",
          "0.32em");
      for (Trial trial : step.getValue()) {
        cell(page, trial, row * ROW);
      }
      row++;
    }
    columns(page);
    page.close().closeLine();
  }

  private void columns(Markup page) {
    int stride = findings.blocks() <= 12 ? 1 : findings.blocks() <= 40 ? 4 : 8;
    for (int block = 0; block < findings.blocks(); block += stride) {
      page.element(
          "text",
          Integer.toString(block),
          "class",
          "tick x",
          "x",
          place(block + 0.5),
          "y",
          "100%",
          "dy",
          "1.3em");
    }
  }

  private void cell(Markup page, Trial trial, int y) {
    double ratio = ratio(trial);
    String level =
        Double.isNaN(ratio)
            ? "unscored"
            : "c" + ColourScale.level(Math.sqrt(Math.log(ratio) / Math.log(ceiling)));
    Sublayer first = trial.candidate().sublayers().getFirst();
    double width = first.expert().isEmpty() ? 1 : 1.0 / findings.experts();
    double left = first.block() + first.expert().orElse(0) * width;
    page.open("g", "class", level, "data-step", Integer.toString(trial.step()));
    page.element("title", title(trial));
    page.element(
        "rect",
        "",
        "x",
        place(left),
        "y",
        Integer.toString(y),
        "width",
        place(width),
        "height",
        Integer.toString(ROW));
    if (!mark(trial).isEmpty()) {
      String middle = Integer.toString(y + ROW / 2);
      page.element("text", mark(trial), "x", place(left + width / 2), "y", middle, "dy", "0.35em");
    }
    page.close();
  }

  private String mark(Trial trial) {
    if (findings.isCommitted(trial)) {
      return "●";
    }
    return trial.outcome() == Outcome.DROPPED ? "×" : Double.isNaN(loss(trial)) ? "?" : "";
  }

  private String title(Trial trial) {
    String score =
        Findings.score(trial, findings.objective())
            .map(s -> Quantities.scoreWithError(s.mean(), s.rowStandardError()))
            .orElse("not scored");
    return "step "
        + trial.step()
        + ", "
        + trial.candidate()
        + ": "
        + score
        + (findings.isCommitted(trial) ? ", cut" : "")
        + (trial.outcome() == Outcome.DROPPED ? ", dropped early" : "");
  }

  private String place(double blocks) {
    return String.format(Locale.ROOT, "%.3f%%", 100 * blocks / findings.blocks());
  }

  private void legend(Markup page) {
    page.open("p", "class", "legend").element("span", "best of its step");
    page.open("span", "class", "ramp", "aria-hidden", "true");
    for (int level = 0; level < ColourScale.LEVELS; level++) {
      page.element("i", "", "class", "c" + level);
    }
    page.close().element("span", times(ceiling) + " and more");
    page.element("span", "(middle: " + times(Math.pow(ceiling, 0.25)) + ")");
    page.element("span", "● cut").element("span", "× dropped early");
    page.element("span", "? no finite score").closeLine();
  }

  private static String times(double ratio) {
    return String.format(Locale.ROOT, ratio == Math.rint(ratio) ? "%.0f x" : "%.1f x", ratio);
  }

  /** The same numbers as text: one row a candidate, one column a step. */
  void table(Markup page) {
    page.open("table").open("thead").open("tr").element("th", "candidate", "scope", "col");
    steps.keySet().forEach(s -> page.element("th", "step " + s, "scope", "col", "class", "number"));
    page.close().close().open("tbody");
    Map<Sublayer, Map<Integer, Trial>> rows = new TreeMap<>();
    findings
        .state()
        .trials()
        .forEach(t ->
            rows.computeIfAbsent(t.candidate().sublayers().getFirst(), k -> new TreeMap<>())
                .put(t.step(), t));
    rows.values().forEach(row -> tableRow(page, row));
    page.close().closeLine();
  }

  private void tableRow(Markup page, Map<Integer, Trial> row) {
    String name = row.values().iterator().next().candidate().name();
    page.open("tr").element("th", name, "scope", "row");
    for (int step : steps.keySet()) {
      Trial trial = row.get(step);
      if (trial == null) {
        page.element("td", "");
      } else {
        String mark = mark(trial).isEmpty() ? "" : mark(trial) + " ";
        String score =
            Findings.score(trial, findings.objective())
                .map(Score::mean)
                .map(Quantities::score)
                .orElse("");
        page.element("td", mark + score, "class", "number");
      }
    }
    page.closeLine();
  }
}
