package dev.ripcord.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {
  private static final String HOME = "10.0.0.1";

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final RateLimit limit = new RateLimit(nanos::get, 3, Duration.ofSeconds(2));

  private int take(String who, int times) {
    int taken = 0;
    for (int i = 0; i < times; i++) {
      taken += limit.take(who).isEmpty() ? 1 : 0;
    }
    return taken;
  }

  /** After so many seconds, so many of ten more are let through. */
  @ParameterizedTest
  @CsvSource({"0,0", "1,0", "2,1", "3,1", "4,2", "6,3", "3600,3"})
  void take_asManyAsFit_andOneMoreEachSpan(long seconds, int more) {
    assertThat(take(HOME, 10)).isEqualTo(3);

    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());

    assertThat(take(HOME, 10)).isEqualTo(more);
  }

  @Test
  void take_tooOften_saysHowLongToWait_andCountsNothing() {
    take(HOME, 3);
    assertThat(limit.take(HOME)).contains(Duration.ofSeconds(2));
    assertThat(limit.take(HOME)).contains(Duration.ofSeconds(2));
    nanos.addAndGet(Duration.ofMillis(1900).toNanos());
    assertThat(limit.take(HOME)).as("whole seconds").contains(Duration.ofSeconds(1));
  }

  @Test
  void take_others_areCountedForThemselves() {
    take(HOME, 3);

    assertThat(take("10.0.0.2", 3)).isEqualTo(3);
    assertThat(take("the token of ann", 3)).isEqualTo(3);
    assertThat(take("2001:db8::1", 2) + take("2001:db8::2", 2)).as("one network").isEqualTo(3);
  }

  @Test
  void take_fromMoreAddressesThanAreRemembered_forgetsTheOldest() {
    take(HOME, 3);
    for (int i = 0; i < RateLimit.ADDRESSES_MAX; i++) {
      take("172." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 1);
    }

    assertThat(take(HOME, 3)).isEqualTo(3);
  }
}
