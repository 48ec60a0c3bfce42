package dev.ripcord.probe.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.health.Latency;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  private final Histogram histogram = new Histogram();

  private void add(double... boundsAndCounts) {
    for (int i = 0; i < boundsAndCounts.length; i += 2) {
      histogram.add(boundsAndCounts[i], boundsAndCounts[i + 1]);
    }
  }

  @Test
  void quantile_isInterpolatedWithinItsBucket() {
    // All requests took about 110 ms, which these bounds cannot tell.
    add(0.1, 0, 0.2, 100, INF, 100);
    assertThat(histogram.quantile(0.5).orElseThrow()).isCloseTo(0.150, within(1e-12));
    assertThat(histogram.quantile(0.9).orElseThrow()).isCloseTo(0.190, within(1e-12));
  }

  @Test
  void quantileInTheFirstBucket_startsAtZero() {
    add(0.1, 50, 1, 100, INF, 100);
    assertThat(histogram.quantile(0.25).orElseThrow()).isCloseTo(0.05, within(1e-12));
  }

  @Test
  void quantileBeyondTheLastFiniteBound_saturatesThere() {
    add(0.1, 10, 0.5, 20, INF, 100);
    assertThat(histogram.quantile(0.99)).hasValue(0.5);
  }

  @Test
  void shareAbove_isExactAtABound_andInterpolatedWithinABucket() {
    add(0.1, 50, 0.5, 90, 1, 96, INF, 100);
    assertThat(histogram.above(0.5).orElseThrow()).isCloseTo(0.10, within(1e-12));
    assertThat(histogram.above(1).orElseThrow()).isCloseTo(0.04, within(1e-12));
    assertThat(histogram.above(0.3).orElseThrow()).isCloseTo(0.30, within(1e-12));
    assertThat(histogram.above(0.05).orElseThrow()).isCloseTo(0.75, within(1e-12));
    assertThat(histogram.above(0).orElseThrow()).isCloseTo(1, within(1e-12));
  }

  @Test
  void shareAboveTheLastFiniteBound_isNotKnown_unlessNothingIsThere() {
    add(0.1, 50, 1, 96, INF, 100);
    assertThat(histogram.above(2)).isEmpty();

    histogram.clear();
    add(0.1, 50, 1, 100, INF, 100);
    assertThat(histogram.above(2)).hasValue(0);
  }

  @Test
  void latency_inAnotherUnit_isSeconds_withTheHighestBound() {
    add(100, 50, 500, 90, 1000, 96, INF, 100);
    Latency latency = histogram.latency(0.001, OptionalDouble.of(0.5));
    assertThat(latency.p50()).hasValue(0.1);
    assertThat(latency.p99()).hasValue(1);
    assertThat(latency.slow().orElseThrow()).isCloseTo(0.10, within(1e-12));
    assertThat(latency.highest()).hasValue(1);
    assertThat(histogram.latency(1, OptionalDouble.empty()).slow()).isEmpty();
  }

  @Test
  void firstBoundAtOrBelowZero_isTheAnswerItself() {
    add(-1, 60, 1, 100, INF, 100);
    assertThat(histogram.quantile(0.5)).hasValue(-1);
  }

  @Test
  void bucketsInAnyOrder_equalBoundsSummed() {
    add(INF, 10, 0.5, 5, 0.1, 5, 0.1, 5, INF, 10, 0.5, 15);
    assertThat(histogram.total()).isEqualTo(20);
    assertThat(histogram.quantile(0.5)).hasValue(0.1);
  }

  @Test
  void fallingCounts_areRaisedToTheOneBefore() {
    add(0.1, 50, 0.2, 40, INF, 100);
    assertThat(histogram.quantile(0.5)).hasValue(0.1);
  }

  @Test
  void withoutInfinityWithoutObservationsOrWithOneBucket_isEmpty() {
    add(0.1, 5, 0.2, 10);
    assertThat(histogram.quantile(0.5)).isEqualTo(OptionalDouble.empty());
    histogram.clear();
    add(0.1, 0, INF, 0);
    assertThat(histogram.quantile(0.5)).isEqualTo(OptionalDouble.empty());
    histogram.clear();
    add(INF, 7);
    assertThat(histogram.quantile(0.5)).isEqualTo(OptionalDouble.empty());
    histogram.clear();
    assertThat(histogram.quantile(0.5)).isEqualTo(OptionalDouble.empty());
  }

  @Test
  void moreBoundsThanAnyRealOne_isNotMeasured() {
    for (int i = 0; i < 2000; i++) {
      histogram.add(i, i);
    }
    histogram.add(INF, 2000);
    assertThat(histogram.quantile(0.5)).isEqualTo(OptionalDouble.empty());
  }
}
