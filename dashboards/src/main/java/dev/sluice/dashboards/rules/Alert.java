package dev.sluice.dashboards.rules;

import static dev.sluice.dashboards.promql.Functions.atLeast;
import static dev.sluice.dashboards.promql.Functions.count;
import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.sum;
import static dev.sluice.dashboards.promql.Functions.time;

import dev.sluice.dashboards.promql.Expr;
import dev.sluice.dashboards.promql.ForeignMeter;
import dev.sluice.dashboards.promql.Match;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Source;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.EvaluationMeter;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.Meter;
import dev.sluice.harness.telemetry.ServiceMeter;
import dev.sluice.harness.telemetry.SweepMeter;

/** What somebody should be told of; the expression has a value, 0 or more, for each thing that is wrong. */
enum Alert {
  SWEEP_STALLED(
      new Words(
          Severity.CRITICAL,
          "1m",
          "Sweep {{ $labels.sweep }} stands still",
          "It runs, but nothing has moved for VALUE, which is far longer than its candidates"
              + " usually take. Look at its log; a pause and a resume keep all that is durable.",
          Format.DURATION,
          "/d/sluice-sweep?var-sweep={{ $labels.sweep }}")) {
    @Override
    Expr expr() {
      Expr running = Selector.of(Recorded.SWEEP_RUNNING).equalTo(1);
      Expr usual = Selector.of(Recorded.CANDIDATE_SECONDS).times(USUAL_TIMES);
      Expr patience =
          atLeast(LEAST_PATIENCE, usual)
              .or(Selector.of(Recorded.SWEEP_RUNNING).times(0).plus(Expr.of(FIRST_PATIENCE)));
      return silence(SweepMeter.SWEEP_LAST_PROGRESS_TIME_SECONDS, Label.SWEEP)
          .above(patience)
          .and(Match.on(Tag.JOB, Tag.of(Label.SWEEP)), running);
    }
  },
  EVALUATION_STALLED(
      new Words(
          Severity.CRITICAL,
          "1m",
          "Evaluation {{ $labels.evaluation }} stands still",
          "It runs, but nothing has moved for VALUE. Look at its log; a pause and a resume keep"
              + " all that is durable.",
          Format.DURATION,
          "/d/sluice-compare?var-evaluation={{ $labels.evaluation }}")) {
    @Override
    Expr expr() {
      return silence(EvaluationMeter.EVALUATION_LAST_PROGRESS_TIME_SECONDS, Label.EVALUATION)
          .above(FIRST_PATIENCE)
          .and(
              Match.on(Tag.JOB, Tag.of(Label.EVALUATION)),
              Selector.of(Recorded.EVALUATION_RUNNING).equalTo(1));
    }
  },
  DIVERGENCE_NAN(
      new Words(
          Severity.CRITICAL,
          "0s",
          "Sweep {{ $labels.sweep }} measures {{ $labels.measure }} that is no number",
          "VALUE candidates of the running step have NaN. The model overflows in its type, or a"
              + " weight is damaged: try float32.",
          Format.NUMBER,
          "/d/sluice-sweep?var-sweep={{ $labels.sweep }}")) {
    @Override
    Expr expr() {
      Expr candidates = Selector.of(Source.of(SweepMeter.SUBLAYER_DIVERGENCE)).isNaN();
      return count(candidates).by(Tag.JOB, Tag.of(Label.SWEEP), Tag.of(Label.MEASURE));
    }
  },
  SCORER_ERRORS(
      new Words(
          Severity.WARNING,
          "0s",
          "Candidates of sweep {{ $labels.sweep }} fail",
          "About VALUE candidates failed in the last 15 minutes. The log says why.",
          Format.NUMBER,
          "/d/sluice-sweep?var-sweep={{ $labels.sweep }}")) {
    @Override
    Expr expr() {
      return sum(Selector.of(Source.of(SweepMeter.SWEEP_CANDIDATES))
              .is(Label.OUTCOME, "failed")
              .in("15m")
              .increase())
          .by(Tag.JOB, Tag.of(Label.SWEEP))
          .above(0);
    }
  },
  JOB_FAILED(
      new Words(
          Severity.WARNING,
          "0s",
          "A job failed: {{ $labels.kind }}, {{ $labels.reason }}",
          "About VALUE failed in the last 15 minutes. The list of jobs says which, the log why.",
          Format.NUMBER,
          "/d/sluice-overview")) {
    @Override
    Expr expr() {
      return grown(ServiceMeter.JOB_FAILURES, Label.KIND, Label.REASON);
    }
  },
  MEMORY_NEARLY_FULL(
      new Words(
          Severity.WARNING,
          "5m",
          "Memory of {{ $labels.device }} on {{ $labels.instance }} is nearly full",
          "Only VALUE is free. Lower the job's --memory before the system ends the process.",
          Format.SHARE,
          "/d/sluice-engine")) {
    @Override
    Expr expr() {
      return Selector.of(Recorded.MEMORY_FREE).below(LEAST_FREE);
    }
  },
  JOURNAL_SLOW(
      new Words(
          Severity.WARNING,
          "10m",
          "Writing to the journal is slow ({{ $labels.kind }})",
          "One write in a hundred takes more than VALUE. Is the disk full, busy, or on a network?",
          Format.DURATION,
          "/d/sluice-engine")) {
    @Override
    Expr expr() {
      return Selector.of(Recorded.JOURNAL_WRITE).above(SLOW_WRITE);
    }
  },
  SERIES_DENIED(
      new Words(
          Severity.WARNING,
          "0s",
          "The meter {{ $labels.meter }} is full",
          "About VALUE label sets were left out in the last 15 minutes: dashboards are not"
              + " complete. Run fewer variants at a time.",
          Format.NUMBER,
          "/d/sluice-engine")) {
    @Override
    Expr expr() {
      return grown(ServiceMeter.SERIES_DENIED, Label.METER);
    }
  },
  SCRAPE_SLOW(
      new Words(
          Severity.WARNING,
          "5m",
          "Scrapes of {{ $labels.instance }} are slow",
          "A scrape takes VALUE. Are there too many series, or is the machine out of breath?",
          Format.DURATION,
          "/d/sluice-engine")) {
    @Override
    Expr expr() {
      return Selector.of(ForeignMeter.SCRAPE_DURATION)
          .above(SLOW_SCRAPE)
          .and(Match.on(Tag.JOB, Tag.INSTANCE), Selector.of(Source.of(ServiceMeter.BUILD_INFO)));
    }
  },
  DOWN(
      new Words(
          Severity.CRITICAL,
          "2m",
          "Sluice on {{ $labels.instance }} cannot be scraped",
          "It was there within the last day. Its journal keeps what was durable.",
          Format.NUMBER,
          "/d/sluice-overview")) {
    @Override
    Expr expr() {
      return Selector.of(ForeignMeter.UP)
          .equalTo(0)
          .and(
              Match.on(Tag.JOB, Tag.INSTANCE),
              Selector.of(Source.of(ServiceMeter.BUILD_INFO)).in("1d").max());
    }
  };

  /** How many of its usual candidates' times a sweep may be silent. */
  private static final double USUAL_TIMES = 10;

  /** Seconds that a sweep may be silent, however quick its candidates are. */
  private static final double LEAST_PATIENCE = 300;

  /** Seconds that a job may be silent where nobody knows what is usual. */
  private static final double FIRST_PATIENCE = 1800;

  private static final double LEAST_FREE = 0.05;
  private static final double SLOW_WRITE = 1;
  private static final double SLOW_SCRAPE = 1;

  /** Whom it is for. */
  enum Severity {
    WARNING,
    CRITICAL
  }

  /** How the value is written into words. */
  enum Format {
    NUMBER("printf \"%.0f\""),
    DURATION("humanizeDuration"),
    SHARE("humanizePercentage");

    private final String function;

    Format(String function) {
      this.function = function;
    }

    String function() {
      return function;
    }
  }

  /**
   * What is said.
   *
   * @param after how long it must be so
   * @param description {@code VALUE} stands for the value
   * @param dashboard where to look
   */
  record Words(
      Severity severity,
      String after,
      String summary,
      String description,
      Format format,
      String dashboard) {}

  @SuppressWarnings("ImmutableEnumChecker") // A record of texts; the checker cannot know.
  private final Words words;

  Alert(Words words) {
    this.words = words;
  }

  /** What has a value while something is wrong. */
  abstract Expr expr();

  Words words() {
    return words;
  }

  /** Seconds without progress. */
  private static Expr silence(Meter lastProgress, Label job) {
    return time().minus(max(Selector.of(Source.of(lastProgress))).by(Tag.JOB, Tag.of(job)));
  }

  /** A counter that grew, or that began to be: its first value is no increase to Prometheus. */
  private static Expr grown(Meter counter, Label first, Label... more) {
    Selector all = Selector.of(Source.of(counter));
    Tag[] kept = new Tag[more.length + 2];
    kept[0] = Tag.JOB;
    kept[1] = Tag.of(first);
    for (int i = 0; i < more.length; i++) {
      kept[i + 2] = Tag.of(more[i]);
    }
    Expr begun = all.unless(all.before("15m"));
    return sum(all.in("15m").increase().above(0).or(begun.above(0))).by(kept);
  }
}
