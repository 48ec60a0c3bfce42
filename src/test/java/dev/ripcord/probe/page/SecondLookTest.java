package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.probe.HealthProbe;
import dev.ripcord.probe.Services;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that are read again at once, since what they show may come from several processes. */
class SecondLookTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Services services = new Services();
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void close() {
    services.close();
  }

  private static String requests(long well, long failed) {
    return "http_requests_total{code=\"200\"} %d\nhttp_requests_total{code=\"500\"} %d\n"
        .formatted(well, failed);
  }

  private static String started(double start) {
    return String.format(Locale.ROOT, "process_start_time_seconds %.2f%n", start);
  }

  /** A probe of a page that is another one each time, from 1 on; an empty one is a failure. */
  private HealthProbe probe(IntFunction<String> page) {
    String url =
        services.http(
            request -> {
              String text = page.apply(calls.incrementAndGet());
              request.response().setStatusCode(text.isEmpty() ? 503 : 200).end(text);
            });
    HealthProbe probe = services.probe(Optional.empty(), Optional.of(url), LONG);
    services.prime(probe);
    return probe;
  }

  private Sample poll(HealthProbe probe) {
    return services.poll(probe, Duration.ZERO);
  }

  private static void areSeveral(Sample sample) {
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.reasons().getFirst())
        .satisfies(r -> assertThat(r.code()).isEqualTo(Reason.Code.COUNTER_RESET))
        .satisfies(r -> assertThat(r.text()).contains("several instances"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "equal", "close", "apart"})
  void a10_workersBehindOnePort_areUnknownFromTheFirstPollOn(String starts) {
    long[][] workers = {{40_000, 6000}, {30_000, 4500}, {50_000, 7000}, {20_000, 3100}};
    double apart = starts.equals("close") ? 0.05 : starts.equals("apart") ? 40 : 0;
    HealthProbe probe =
        probe(
            n -> {
              String start = starts.equals("none") ? "" : started(1.6e9 + apart * (n % 4));
              return requests(workers[n % 4][0] + 15L * n, workers[n % 4][1]) + start;
            });
    for (int i = 0; i < 6; i++) {
      areSeveral(poll(probe));
    }
  }

  @Test
  void a10_workersWhoseCountersOnlyRiseAtFirst_areSeenWhenTheFirstAnswersAgain() {
    HealthProbe probe = probe(n -> requests(10_000L * (1 + (n - 1) % 4), 1000L * ((n - 1) % 4)));
    areSeveral(poll(probe));
  }

  @Test
  void a8_stampedAnewAtEachReading_isReadAgainOnlyOnce() {
    HealthProbe probe = probe(n -> requests(90_000 + n, 10_000) + started(1.6e9 + 2 * n));
    assertThat(poll(probe).counts()).contains(new Counts(1, 0));
    int before = calls.get();
    assertThat(poll(probe).counts()).contains(new Counts(4, 0));
    assertThat(calls).hasValue(before + 1);
  }

  @Test
  void a9_driftOnce_isTheSameProcess() {
    HealthProbe probe =
        probe(n -> requests(90_000 + n, 10_000) + started(1.6e9 + (n > 1 ? 1.6 : 0)));
    assertThat(poll(probe).counts()).contains(new Counts(1, 0));
  }

  @Test
  void a9_restart_isReadAgainAndCounted() {
    HealthProbe probe = probe(n -> n == 1 ? requests(9000, 50) : requests(60, 40));
    assertThat(poll(probe).counts()).contains(new Counts(100, 40));
  }

  @Test
  void a9_restartThatCannotBeReadAgain_isCountedByTheNextPoll() {
    HealthProbe probe = probe(n -> n == 1 ? requests(9000, 50) : n == 3 ? "" : requests(60, 40));
    Sample unconfirmed = poll(probe);
    assertThat(unconfirmed.counts()).isEmpty();
    assertThat(unconfirmed.reasons().getFirst().text()).contains("could not be read again");
    assertThat(poll(probe).counts()).contains(new Counts(100, 40));
  }

  @Test
  void firstComparison_isReadAgainAndDoesNotNeedIt() {
    HealthProbe probe = probe(n -> n == 3 ? "" : requests(100L * n, 0));
    assertThat(poll(probe).counts()).contains(new Counts(100, 0));
    assertThat(calls).hasValue(3);
    assertThat(poll(probe).counts()).contains(new Counts(200, 0));
    assertThat(calls).hasValue(4);
  }
}
