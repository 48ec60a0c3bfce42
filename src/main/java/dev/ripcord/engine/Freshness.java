package dev.ripcord.engine;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Reason;
import dev.ripcord.port.Control.ServiceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether what was judged last is young enough to go by. It is not when no poll was judged for
 * three intervals and as long as a poll takes, whatever the cause: a journal that is away, a lease
 * that is lost, a poll that hangs. Written on the engine's event loop, read by any thread.
 */
final class Freshness {
  private static final int INTERVALS = 3;

  private volatile @Nullable Judged last;

  /** Whether another process polls now. */
  private volatile boolean forgotten;

  /** When a poll was judged by the monotonic clock, and how long that may be shown. */
  private record Judged(long nanos, Duration interval, long goodNanos) {}

  /** A poll was judged. */
  void judged(long nanos, Duration interval, Duration took) {
    long good = interval.multipliedBy(INTERVALS).plus(took).toNanos();
    last = new Judged(nanos, interval, good);
    forgotten = false;
  }

  /** What was judged here counts no more: another process polls from now on. */
  void forget() {
    forgotten = last != null;
  }

  /** Whether a poll was judged, but too long ago, or before another process took over. */
  boolean isOutdated(long nanos) {
    return forgotten || old(nanos).isPresent();
  }

  private Optional<Judged> old(long nanos) {
    return Optional.ofNullable(last).filter(judged -> nanos - judged.nanos() > judged.goodNanos());
  }

  /** How a service stands: what was judged too long ago is unknown. */
  ServiceStatus of(ServiceStatus status, long nanos) {
    Optional<Judged> old = old(nanos);
    if (old.isEmpty() || status.reading().isEmpty()) {
      return status;
    }
    return new ServiceStatus(
        status.service(),
        status.sample(),
        Optional.of(unknown(status.reading().get(), old.get(), nanos)),
        status.streak(),
        status.breaches(),
        status.nextPoll(),
        status.watch(),
        status.threshold(),
        status.heldBy(),
        status.last());
  }

  private static HealthReading unknown(HealthReading before, Judged judged, long nanos) {
    String text =
        "no poll was judged for "
            + Duration.ofNanos(nanos - judged.nanos()).toSeconds()
            + " s, and one is due every "
            + judged.interval().toMillis() / 1000.0
            + " s: before that it was "
            + before.kind().text();
    return new HealthReading(
        HealthReading.Kind.UNKNOWN,
        Map.of(Measure.ERROR_RATE, HealthReading.Kind.UNKNOWN),
        before.judged(),
        List.of(new Reason(Reason.Code.STALE, text)),
        Map.of(),
        true);
  }
}
