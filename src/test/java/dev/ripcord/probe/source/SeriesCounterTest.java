package dev.ripcord.probe.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SeriesCounterTest {
  private final SeriesCounter counter = new SeriesCounter();
  private double stamp;

  private double read(Map<String, Double> series) {
    stamp++;
    counter.begin();
    series.forEach((name, value) -> counter.take(name, stamp, value));
    counter.end();
    return counter.added();
  }

  @Test
  void firstReading_addsNothing_aNewSeriesLaterCountsFromZero() {
    assertThat(read(Map.of("a", 100.0))).isZero();
    assertThat(read(Map.of("a", 107.0, "b", 3.0))).isEqualTo(10);
  }

  @Test
  void seriesThatFell_countsFromZero_andTheOthersAsUsual() {
    var _ = read(Map.of("a", 100.0, "b", 100.0));
    assertThat(read(Map.of("a", 5.0, "b", 101.0))).isEqualTo(6);
  }

  @Test
  void seriesThatIsGone_addsNothing_andIsKnownWhenItComesBack() {
    var _ = read(Map.of("a", 100.0, "b", 1.0));
    assertThat(read(Map.of("b", 1.0))).isZero();
    assertThat(read(Map.of("a", 102.0, "b", 1.0))).isEqualTo(2);
  }

  @Test
  void sampleOfBefore_isPassedOver_andNothingHasMoved() {
    var _ = read(Map.of("a", 100.0));
    counter.begin();
    counter.take("a", stamp, 150);
    counter.end();
    assertThat(counter.hasMoved()).isFalse();
    assertThat(counter.added()).isZero();
  }

  @Test
  void valueThatIsNoNumber_isPassedOver() {
    var _ = read(Map.of("a", 1.0));
    assertThat(read(Map.of("a", Double.NaN))).isZero();
    assertThat(read(Map.of("a", Double.POSITIVE_INFINITY))).isZero();
    assertThat(read(Map.of("a", -1.0))).isZero();
    assertThat(read(Map.of("a", 4.0))).isEqualTo(3);
  }

  /**
   * Processes that count and begin anew at random: what was counted is never more than happened.
   */
  @Test
  void anyRestarts_neverCountMoreThanHappened_andAllWhereNoneHappened_seeded() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      SeriesCounter own = new SeriesCounter();
      Map<String, Double> values = new HashMap<>(Map.of("a", 50.0, "b", 0.0, "c", 7.0));
      own.begin();
      values.forEach((name, value) -> own.take(name, 0, value));
      own.end();
      double happened = 0;
      double counted = 0;
      boolean restarted = false;
      for (int i = 1; i <= 20; i++) {
        for (String name : values.keySet()) {
          boolean anew = random.nextInt(10) == 0;
          restarted |= anew;
          int more = random.nextInt(5);
          happened += more;
          values.compute(name, (n, value) -> (anew ? 0 : value) + more);
        }
        own.begin();
        int time = i;
        values.forEach((name, value) -> own.take(name, time, value));
        own.end();
        counted += own.added();
      }
      assertThat(counted).as("seed %d", seed).isLessThanOrEqualTo(happened);
      if (!restarted) {
        assertThat(counted).isEqualTo(happened);
      }
    }
  }
}
