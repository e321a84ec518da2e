package dev.sluice.harness.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.presentation.Axis;
import dev.sluice.harness.report.CurveChart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AxisTest {

  private static Point point(double share, double value, double error) {
    return new Point(share, value, error, "", 1);
  }

  @Test
  void linearAxisHasRoundTicksFromZero() {
    Axis axis = CurveChart.linear(List.of(point(0.1, 0.3, 0.1), point(0.2, 1.7, 0.2)));

    assertThat(axis.ticks())
        .extracting(Axis.Tick::text)
        .containsExactly("0", "0.5", "1", "1.5", "2");
    assertThat(axis.place(1)).isEqualTo(0.5, within(1e-12));
  }

  @Test
  void logarithmicAxisSpacesRatiosEvenly() {
    Axis axis = CurveChart.logarithmic(List.of(point(0.1, 0.01, 0), point(0.2, 1, 0)));

    assertThat(axis.ticks())
        .extracting(Axis.Tick::text)
        .containsExactly("0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1");
    assertThat(axis.place(0.1)).isEqualTo(0.5, within(1e-12));
    assertThat(axis.place(-3)).isZero();
  }

  @Test
  void everyAxisHoldsItsPointsAndHasFewTicks() {
    long seed = 20_251;
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      List<Point> points = new ArrayList<>();
      int count = 1 + random.nextInt(5);
      for (int p = 0; p < count; p++) {
        double value = Math.pow(10, random.nextDouble(-30, 30));
        points.add(point(random.nextDouble(), value, random.nextBoolean() ? Double.NaN : value));
      }
      for (Axis axis : List.of(CurveChart.linear(points), CurveChart.logarithmic(points))) {
        String reason = "seed " + seed + ", case " + i + ": " + points + " on " + axis;
        assertThat(points)
            .as(reason)
            .allSatisfy(p -> {
              assertThat(axis.place(p.value())).isBetween(-1e-9, 1 + 1e-9);
              assertThat(axis.place(p.high())).isBetween(-1e-9, 1 + 1e-9);
            });
        assertThat(axis.ticks().size()).as(reason).isBetween(1, 14);
      }
      assertThat(CurveChart.shares(points).ticks().size()).isBetween(2, 8);
    }
  }

  @Test
  void constantCurveHasAnAxis() {
    Axis axis = CurveChart.linear(List.of(point(0, 0, Double.NaN)));
    assertThat(axis.place(0)).isBetween(0.0, 1.0);
    assertThat(CurveChart.linear(List.of(point(0, 1, Double.NaN))).place(1)).isBetween(0.0, 1.0);
  }
}
