package dev.ripcord.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.engine.context.FakeClock;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Probe;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The grid on which a service is polled. */
final class PollerTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeClock clock = new FakeClock(NOON);
  private final List<Long> begun = new ArrayList<>();
  private Duration slow = Duration.ZERO;
  private boolean hangs;
  private boolean breaks;

  private final Probe probe =
      new Probe() {
        @Override
        public Future<Void> prime() {
          return Future.succeededFuture();
        }

        @Override
        public Future<Sample> poll(String release, Duration spread) {
          begun.add(Duration.between(NOON, clock.now()).toSeconds());
          if (hangs) {
            return Promise.<Sample>promise().future();
          }
          if (breaks) {
            throw new IllegalStateException("a bug");
          }
          Sample sample = sample(release);
          return slow.isZero()
              ? Future.succeededFuture(sample)
              : clock.timer(slow.toMillis(), TimeUnit.MILLISECONDS).map(sample);
        }

        @Override
        public void close() {}
      };

  private final Poller poller =
      new Poller(
          clock, clock.clocks(), probe, () -> "v2", (sample, took) -> Future.succeededFuture());

  private Sample sample(String release) {
    return new Sample(
        release,
        clock.now(),
        SECOND,
        Liveness.ANSWERS,
        OptionalInt.empty(),
        Optional.empty(),
        false,
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        List.of());
  }

  private void start(int interval) {
    poller.start(SECOND, Duration.ofSeconds(interval), Duration.ofSeconds(interval));
  }

  @Test
  void polls_areAWholeNumberOfIntervalsApart() {
    start(10);

    clock.pass(Duration.ofSeconds(45));

    assertThat(begun).containsExactly(10L, 20L, 30L, 40L);
  }

  @Test
  void slowPoll_skipsThePlacesItHasMissed() {
    start(10);
    slow = Duration.ofSeconds(25);

    clock.pass(Duration.ofSeconds(75));

    assertThat(begun).containsExactly(10L, 40L, 70L);
  }

  @Test
  void otherInterval_beginsTheGridAnew() {
    start(10);
    clock.pass(Duration.ofSeconds(15));

    poller.every(Duration.ofSeconds(3));
    clock.pass(Duration.ofSeconds(7));

    assertThat(begun).containsExactly(10L, 18L, 21L);
  }

  @Test
  void a22_clockOfTheDayIsSet_theGridStays() {
    start(10);
    clock.pass(Duration.ofSeconds(15));
    clock.jump(Duration.ofHours(-1));
    clock.pass(Duration.ofSeconds(10));

    assertThat(begun).hasSize(2);
  }

  @Test
  void pollThatBreaks_isFollowedByTheNext() {
    start(10);
    breaks = true;

    clock.pass(Duration.ofSeconds(35));

    assertThat(begun).containsExactly(10L, 20L, 30L);
  }

  @Test
  void pollThatNeverEnds_isGivenUp() {
    start(10);
    hangs = true;

    clock.pass(Duration.ofSeconds(10).plus(Poller.PATIENCE).plusSeconds(20));

    assertThat(begun).hasSize(2);
  }

  @Test
  void stopped_pollsNoMore() {
    start(10);
    clock.pass(Duration.ofSeconds(15));

    poller.stop();
    clock.pass(Duration.ofMinutes(1));

    assertThat(begun).containsExactly(10L);
    assertThat(clock.waiting()).isZero();
  }

  @Test
  void paused_pollsNoMoreUntilItIsStartedAgain_onAGridOfItsOwn() {
    start(10);
    clock.pass(Duration.ofSeconds(15));

    poller.pause();
    assertThat(poller.isRunning()).isFalse();
    assertThat(poller.next()).isEmpty();
    clock.pass(Duration.ofMinutes(1));
    start(10);
    clock.pass(Duration.ofSeconds(25));

    assertThat(begun).containsExactly(10L, 85L, 95L);
  }

  @Test
  void startedAgainWhileAPollIsUnderWay_waitsForItsEnd() {
    start(10);
    slow = Duration.ofSeconds(8);
    clock.pass(Duration.ofSeconds(12));

    poller.pause();
    start(4);
    clock.pass(Duration.ofSeconds(5));
    assertThat(begun).as("the first one ends after 18 s").containsExactly(10L);

    clock.pass(Duration.ofSeconds(6));
    assertThat(begun).containsExactly(10L, 22L);
  }
}
