package dev.ripcord.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTextTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

  @ParameterizedTest
  @CsvSource({
    "-3, 0 s",
    "0, 0 s",
    "59, 59 s",
    "60, 1 min",
    "130, 2 min 10 s",
    "3600, 1 h",
    "3725, 1 h 2 min",
    "86400, 1 d",
    "97200, 1 d 3 h",
  })
  void span_isSaidInItsTwoLargestUnits(long seconds, String text) {
    assertThat(TimeText.span(Duration.ofSeconds(seconds))).isEqualTo(text);
  }

  @Test
  void time_isUtcForPeopleAndForTheScript() {
    assertThat(TimeText.clock(AT).toString())
        .isEqualTo(
            "<time datetime=\"2026-01-02T03:04:05Z\" data-as=\"clock\""
                + " title=\"2026-01-02 03:04:05 UTC\">03:04:05 UTC</time>");
    assertThat(TimeText.moment(AT).toString()).contains(">2 Jan, 03:04:05 UTC<");
    assertThat(TimeText.ago(AT, AT.plusSeconds(12)).toString()).contains(">12 s ago<");
  }
}
