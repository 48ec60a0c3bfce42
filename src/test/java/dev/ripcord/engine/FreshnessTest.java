package dev.ripcord.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Reason;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.ServiceStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FreshnessTest {
  private static final ServiceStatus HEALTHY = Examples.status("v42", HealthReading.Kind.HEALTHY);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration TOOK = Duration.ofSeconds(4);

  /** A monotonic clock may stand anywhere, also just before it overflows. */
  private static final long BEGUN = Long.MAX_VALUE - 5;

  private final Freshness freshness = new Freshness();

  private static long after(int seconds) {
    return BEGUN + Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void a25_pollThatIsYoungEnough_isShownAsItWasJudged() {
    freshness.judged(BEGUN, INTERVAL, TOOK);

    assertThat(freshness.of(HEALTHY, after(19))).isSameAs(HEALTHY);
    assertThat(freshness.isOutdated(after(19))).isFalse();
  }

  @Test
  void a25_pollThatIsOlderThanThreeIntervalsAndItsOwnTime_isUnknown() {
    freshness.judged(BEGUN, INTERVAL, TOOK);

    ServiceStatus shown = freshness.of(HEALTHY, after(20));

    HealthReading reading = shown.reading().orElseThrow();
    assertThat(freshness.isOutdated(after(20))).isTrue();
    assertThat(reading.kind()).isEqualTo(HealthReading.Kind.UNKNOWN);
    assertThat(reading.reasons())
        .containsExactly(
            new Reason(
                Reason.Code.STALE,
                "no poll was judged for 20 s, and one is due every 5.0 s: before that it was"
                    + " healthy"));
    assertThat(shown.sample()).isEqualTo(HEALTHY.sample());
    assertThat(shown.watch()).isEqualTo(HEALTHY.watch());
  }

  @Test
  void a25_nextJudgedPoll_isShownAgain() {
    freshness.judged(BEGUN, INTERVAL, TOOK);
    freshness.judged(after(60), INTERVAL, TOOK);

    assertThat(freshness.of(HEALTHY, after(61))).isSameAs(HEALTHY);
  }

  @Test
  void a25_serviceThatWasNeverPolled_staysSo() {
    ServiceStatus idle = Examples.idle("pay");

    assertThat(freshness.of(idle, after(1000))).isSameAs(idle);
    assertThat(freshness.isOutdated(after(1000))).isFalse();
  }
}
