package dev.sluice.dashboards.rules;

import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.quantile;
import static dev.sluice.dashboards.promql.Functions.sum;

import dev.sluice.dashboards.promql.Expr;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Source;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.EngineMeter;
import dev.sluice.harness.telemetry.EvaluationMeter;
import dev.sluice.harness.telemetry.JobState;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.Meter;
import dev.sluice.harness.telemetry.ServiceMeter;
import dev.sluice.harness.telemetry.SweepMeter;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Prometheus works out ahead: named {@code labels that stay:meter:what was done}. */
enum Recorded implements Source {
  SWEEP_RUNNING("sweep:sluice_sweep_running", Tag.of(Label.SWEEP)) {
    @Override
    Expr expr() {
      return max(Selector.of(Source.of(SweepMeter.SWEEP_STATE))
              .is(Label.STATE, JobState.RUNNING.id()))
          .by(Tag.JOB, Tag.of(Label.SWEEP));
    }
  },
  EVALUATION_RUNNING("evaluation:sluice_evaluation_running", Tag.of(Label.EVALUATION)) {
    @Override
    Expr expr() {
      return max(Selector.of(Source.of(EvaluationMeter.EVALUATION_STATE))
              .is(Label.STATE, JobState.RUNNING.id()))
          .by(Tag.JOB, Tag.of(Label.EVALUATION));
    }
  },
  /** Of this process's life so far. */
  CANDIDATE_SECONDS("sweep:sluice_candidate_seconds:mean", Tag.of(Label.SWEEP)) {
    @Override
    Expr expr() {
      Expr candidates =
          sum(Selector.of(Source.of(SweepMeter.SWEEP_CANDIDATES))
                  .matches(Tag.of(Label.OUTCOME), "scored|dropped"))
              .by(Tag.JOB, Tag.of(Label.SWEEP));
      return sum(Selector.of(Source.of(SweepMeter.SWEEP_SCORING_SECONDS)))
          .by(Tag.JOB, Tag.of(Label.SWEEP))
          .over(candidates.above(0));
    }
  },
  CANDIDATES("sweep:sluice_candidates:rate15m", Tag.of(Label.SWEEP), Tag.of(Label.OUTCOME)) {
    @Override
    Expr expr() {
      return sum(Selector.of(Source.of(SweepMeter.SWEEP_CANDIDATES)).in("15m").rate())
          .by(Tag.JOB, Tag.of(Label.SWEEP), Tag.of(Label.OUTCOME));
    }
  },
  SWEEP_TOKENS("sweep:sluice_sweep_tokens:rate5m", Tag.of(Label.SWEEP)) {
    @Override
    Expr expr() {
      return tokens(SweepMeter.SWEEP_TOKENS, Label.SWEEP);
    }
  },
  EVALUATION_TOKENS("evaluation:sluice_evaluation_tokens:rate5m", Tag.of(Label.EVALUATION)) {
    @Override
    Expr expr() {
      return tokens(EvaluationMeter.EVALUATION_TOKENS, Label.EVALUATION);
    }
  },
  PROMPT_DIVERGENCE(
      "sweep:sluice_prompt_divergence:p90_15m", Tag.of(Label.SWEEP), Tag.of(Label.MEASURE)) {
    @Override
    Expr expr() {
      return quantile(
          0.9,
          sum(Selector.of(Source.buckets(SweepMeter.PROMPT_DIVERGENCE)).in("15m").rate())
              .by(Tag.JOB, Tag.of(Label.SWEEP), Tag.of(Label.MEASURE), Tag.BUCKET_BOUND));
    }
  },
  MEMORY_FREE("device:sluice_device_memory_free:ratio", Tag.INSTANCE, Tag.of(Label.DEVICE)) {
    @Override
    Expr expr() {
      return memory("free").over(memory("total"));
    }

    private Expr memory(String area) {
      return max(Selector.of(Source.of(EngineMeter.DEVICE_MEMORY_BYTES)).is(Label.AREA, area))
          .by(Tag.JOB, Tag.INSTANCE, Tag.of(Label.DEVICE));
    }
  },
  JOURNAL_WRITE("kind:sluice_journal_write_seconds:p99_5m", Tag.of(Label.KIND)) {
    @Override
    Expr expr() {
      return quantile(
          0.99,
          sum(Selector.of(Source.buckets(ServiceMeter.JOURNAL_WRITE_SECONDS)).in("5m").rate())
              .by(Tag.JOB, Tag.of(Label.KIND), Tag.BUCKET_BOUND));
    }
  };

  private final String series;

  @SuppressWarnings("ImmutableEnumChecker") // A copy that nobody changes.
  private final Set<String> labels;

  Recorded(String series, Tag... labels) {
    this.series = series;
    this.labels =
        Stream.concat(Stream.of(Tag.JOB), Arrays.stream(labels))
            .map(Tag::id)
            .collect(Collectors.toUnmodifiableSet());
  }

  private static Expr tokens(Meter counter, Label job) {
    return sum(Selector.of(Source.of(counter)).in("5m").rate()).by(Tag.JOB, Tag.of(job));
  }

  /** What is recorded. */
  abstract Expr expr();

  @Override
  public String series() {
    return series;
  }

  @Override
  public Set<String> labels() {
    return labels;
  }
}
