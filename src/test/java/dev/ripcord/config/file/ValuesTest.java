package dev.ripcord.config.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ripcord.config.DatabaseUrl;
import dev.ripcord.config.Durations;
import dev.ripcord.config.Listen;
import dev.ripcord.health.Bound;
import dev.ripcord.health.Rules;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0s, PT0S, 0s",
    "500ms, PT0.5S, 500ms",
    "30s, PT30S, 30s",
    "90s, PT1M30S, 1m30s",
    "5m, PT5M, 5m",
    "1h30m, PT1H30M, 1h30m",
    "7d, PT168H, 7d",
    "1d2h3m4s5ms, PT26H3M4.005S, 1d2h3m4s5ms"
  })
  void duration_readAndSpelled_isTheSame(String text, Duration duration, String spelled) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
    assertThat(Durations.text(duration)).isEqualTo(spelled);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "5 s", "s", "-5s", "1.5s", "30m1h", "5sec", "5S", "٥s", "9999999999s"})
  void otherDurations_read_areRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"250%, 2.5", "90%, 0.9", "0.9, 0.9", "1, 1.0", "100%, 1.0"})
  void cpuLimit_read_isAShareOfOneCpu(String text, double share) {
    assertThat(Types.CPU_LIMIT.parse().apply(text)).isEqualTo(new Bound(0, share));
  }

  @ParameterizedTest
  @CsvSource({
    "2x baseline, 2, 0",
    "1.5x baseline, 1.5, 0",
    "baseline + 100ms, 1, 0.1",
    "800ms, 0, 0.8"
  })
  void latencyLimit_read_mayBeRelative(String text, double times, double plus) {
    assertThat(Types.LATENCY_LIMIT.parse().apply(text)).isEqualTo(new Bound(times, plus));
  }

  @ParameterizedTest
  @CsvSource({
    "1x baseline, write more than 1x",
    "0.5x baseline, write more than 1x",
    "2 x baseline, is not a relative limit; write 2x baseline",
    "baseline, is not a relative limit",
    "baseline * 2, is not a relative limit",
    "baseline + 3, has no unit",
    "baseline + 0s, above 0",
    "baseline + 3%, is not a duration"
  })
  void otherRelativeLimits_read_areRefused(String text, String rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Types.LATENCY_LIMIT.parse().apply(text))
        .withMessageContaining(rule);
  }

  @Test
  void objectiveOfAll_read_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Types.OBJECTIVE.parse().apply("100%"))
        .withMessageContaining("leaves no error to spend");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "1e2147483647", "١%", "%", "NaN", "5 %", "0x1", "-0"})
  void otherRatios_read_areRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Types.RATIO.parse().apply(text))
        .withMessageContaining("write 5% or 0.05");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:9095, 127.0.0.1, 9095, true",
    "127.8.9.10:0, 127.8.9.10, 0, true",
    "localhost:80, localhost, 80, true",
    "[::1]:9095, ::1, 9095, true",
    "0.0.0.0:9095, 0.0.0.0, 9095, false",
    "[::]:9095, ::, 9095, false",
    "127.example.org:80, 127.example.org, 80, false",
    "ripcord.internal:80, ripcord.internal, 80, false"
  })
  void address_read_knowsWhoCanReachIt(String text, String host, int port, boolean loopback) {
    Listen listen = Listen.parse(text);
    assertThat(listen).isEqualTo(new Listen(host, port)).hasToString(text);
    assertThat(listen.isLoopback()).isEqualTo(loopback);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9095", ":9095", "::1:9095", "a b:1", "localhost:", "localhost:99999"})
  void otherAddresses_read_areRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Listen.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://u:p@127.0.0.1:5432/db, ''",
    "postgres://localhost/db, ''",
    "postgresql:///db?host=/var/run/postgresql, ''",
    "postgresql://[::1]:5432/db, ''",
    "postgresql://u:p@db/x?sslmode=verify-full, ''",
    "postgresql://u:p@db/x?options=b&sslmode=require, ''",
    "postgresql://u:p@db/x, has no sslmode",
    "postgresql://db, has no sslmode",
    "postgresql://db/x?sslmode=prefer, has sslmode=prefer"
  })
  void databaseUrl_read_warnsWhereTlsIsNotAskedFor(String url, String warning) {
    assertThat(DatabaseUrl.parse(url).warning().orElse("")).startsWith(warning);
    assertThat(DatabaseUrl.parse(url).warning().isPresent()).isEqualTo(!warning.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2",
        "postgresql+asyncpg://u:hunter2@db/x",
        "postgresql://u:hunt/er2@db/x",
        "postgresql://u:hunter2@db:hunter2/x",
        "postgresql://u:hunter2@db:99999/x",
        "mysql://hunter2@db/x"
      })
  void otherDatabaseUrls_read_areRefusedUnseen(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DatabaseUrl.parse(url))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunt").contains("***"));
  }

  @Test
  void standard_comparedWithTheRules_isTheirDefault() {
    assertThat(InheritedSettings.standard().rules()).isEqualTo(Rules.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "treshold, unknown key; did you mean threshold?",
    "thershold, unknown key; did you mean threshold?",
    "THRESHOLD, unknown key; did you mean threshold?",
    "warmup, unknown key; did you mean warm-up?",
    "warmUp, unknown key; did you mean warm-up?",
    "urls, unknown key; did you mean url?",
    "token, unknown key here; it belongs at the top of the file",
    "container, unknown key here; it belongs in services.NAME.platform.docker"
  })
  void unknownKey_inAService_getsTheNearestOne(String found, String message) {
    assertThat(Suggestion.of(found, ServiceKeys.SERVICE)).isEqualTo(message);
  }

  @Test
  void unknownKey_thatIsTheSingularOfOneHere_getsThatOne() {
    assertThat(Suggestion.of("service", Keys.TOP)).isEqualTo("unknown key; did you mean services?");
  }
}
