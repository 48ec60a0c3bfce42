package dev.ripcord.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchdogPeriodTest {
  private static final long PID = 42;

  @ParameterizedTest
  @CsvSource({
    "60000000, 42, PT30S",
    "60000000, '', PT30S",
    "60000000, 43, ''",
    "0, 42, ''",
    "-1, 42, ''",
    "soon, 42, ''",
    "9223372036854775807, 42, ''"
  })
  void period_byTheEnvironment_isHalfOfItForThisProcess(
      String micros, String watched, String period) {
    Map<String, String> environment = Map.of("WATCHDOG_USEC", micros, "WATCHDOG_PID", watched);
    assertThat(WatchdogPeriod.of(environment, PID).map(Object::toString).orElse(""))
        .isEqualTo(period);
  }
}
