package dev.ripcord.probe.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestCounterTest {
  private final RequestCounter counter = new RequestCounter();
  private long nanos;

  private RequestCounter.Counted read(double requests, double errors) {
    nanos += Duration.ofSeconds(30).toNanos();
    return counter.next(requests, errors, nanos);
  }

  @Test
  void firstReading_hasNothingToCompareWith() {
    RequestCounter.Counted first = read(100, 5);
    assertThat(first.counts()).isEmpty();
    assertThat(first.missing().orElseThrow().code()).isEqualTo(Reason.Code.NO_DATA);
  }

  @ParameterizedTest
  @CsvSource({
    "150, 7, 50, 2",
    "100, 5, 0, 0",
    // The process began anew: both count from 0.
    "40, 2, 40, 2",
    "40, 9, 40, 9",
    // Errors alone fell: they count from 0.
    "120, 3, 20, 3",
  })
  void secondReading_isCompared(double requests, double errors, long all, long failed) {
    var _ = read(100, 5);
    RequestCounter.Counted second = read(requests, errors);
    assertThat(second.counts()).contains(new Counts(all, failed));
    assertThat(second.window()).contains(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource({"110, 50", "-1, 0", "NaN, 0", "110, Infinity"})
  void countersThatCannotBe_giveNoCounts(double requests, double errors) {
    var _ = read(100, 5);
    RequestCounter.Counted second = read(requests, errors);
    assertThat(second.counts()).isEmpty();
    assertThat(second.missing().orElseThrow().code()).isEqualTo(Reason.Code.PARSE);
  }

  @Test
  void readingThatIsTooOld_isNotComparedWith() {
    var _ = read(100, 5);
    nanos += RequestCounter.KEPT.toNanos();
    assertThat(read(200, 5).counts()).isEmpty();
    assertThat(read(210, 5).counts()).contains(new Counts(10, 0));
  }
}
