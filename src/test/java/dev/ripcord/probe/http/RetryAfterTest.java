package dev.ripcord.probe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("1994-11-06T08:49:00Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "37",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
      })
  void a20_eachForm_isRead(String value) {
    assertThat(RetryAfter.of(value, "", NOW)).contains(Duration.ofSeconds(37));
  }

  @Test
  void a20_moment_isComparedWithTheServersOwnClock() {
    String date = "Sun, 06 Nov 1994 08:49:30 GMT";
    assertThat(RetryAfter.of("Sun, 06 Nov 1994 08:49:37 GMT", date, Instant.EPOCH))
        .contains(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-5", "soon", "1.5", "Sun, 06 Nov 1994 08:48:37 GMT"})
  void a20_whatIsOverOrNotUnderstood_isNoWait(String value) {
    assertThat(RetryAfter.of(value, "", NOW)).isEmpty();
  }

  @Test
  void a20_wait_isBounded() {
    assertThat(RetryAfter.of("999999999", "", NOW)).contains(Duration.ofMinutes(5));
  }
}
