package dev.ripcord.json;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.migration.Version;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Values for tests: a shop, its polls, its watch. */
public final class Examples {
  public static final ServiceName SHOP = new ServiceName("shop");
  public static final Instant AT = Instant.parse("2026-01-02T03:04:05.678912Z");

  private Examples() {}

  /** Everything measured. */
  public static Sample sample(long requests, long errors) {
    return new Sample(
        "v42",
        AT,
        Duration.ofSeconds(30),
        Liveness.ANSWERS,
        OptionalInt.of(200),
        Optional.of(new Counts(requests, errors)),
        false,
        new Latency(OptionalDouble.of(0.012), OptionalDouble.of(0.08), OptionalDouble.of(0.21)),
        OptionalDouble.of(0.42),
        OptionalDouble.of(0.61),
        Optional.of(new DatabaseState(true, OptionalDouble.of(0.0012))),
        List.of());
  }

  /** The same, at another time. */
  public static Sample at(Sample like, Instant time) {
    return new Sample(
        like.release(),
        time,
        like.window(),
        like.liveness(),
        like.status(),
        like.counts(),
        like.probed(),
        like.latency(),
        like.cpu(),
        like.memory(),
        like.database(),
        like.reasons());
  }

  /** Nothing measured. */
  public static Sample nothing() {
    return new Sample(
        "v42",
        AT,
        Duration.ofSeconds(30),
        Liveness.UNKNOWN,
        OptionalInt.empty(),
        Optional.empty(),
        false,
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        List.of(new Reason(Reason.Code.DNS, "shop.invalid does not resolve")));
  }

  public static HealthReading reading(HealthReading.Kind kind, Sample sample) {
    return new HealthReading(
        kind,
        Map.of(Measure.ERROR_RATE, kind),
        sample.counts().orElse(Counts.NONE),
        sample.reasons(),
        Map.of(),
        false);
  }

  public static WatchSpec charter(String release) {
    return new WatchSpec(
        new Release(
            SHOP,
            release,
            Optional.of(new ImageRef("acme/shop:42")),
            Optional.of(new ImageRef("acme/shop:41"))),
        Rules.DEFAULT,
        AT,
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.of(Baseline.of(new Counts(1000, 4))));
  }

  public static WatchStatus watch(long id, String release) {
    WatchRow row =
        new WatchRow(id, charter(release), Optional.empty(), Optional.empty(), Optional.empty());
    return new WatchStatus(row, Phase.WATCHING, 3, true, "can be rolled back: 2 down migrations");
  }

  public static WatchRow ended(long id, Outcome outcome, String text) {
    return new WatchRow(
        id,
        charter("v42"),
        Optional.of(AT.plusSeconds(60)),
        Optional.of(outcome),
        Optional.of(text));
  }

  /** A service under watch, polled once. */
  public static ServiceStatus status(String release, HealthReading.Kind kind) {
    Sample sample = sample(1000, 71);
    return new ServiceStatus(
        SHOP,
        Optional.of(sample),
        Optional.of(reading(kind, sample)),
        2,
        Rules.DEFAULT.breaches(),
        Optional.of(AT.plusSeconds(30)),
        Optional.of(watch(17, release)));
  }

  /** A service that was not polled yet and has no watch. */
  public static ServiceStatus idle(String name) {
    return new ServiceStatus(
        new ServiceName(name),
        Optional.empty(),
        Optional.empty(),
        0,
        Rules.DEFAULT.breaches(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Ratio(50_000)),
        Optional.empty());
  }

  public static Plan plan() {
    return new Plan(
        charter("v42").release(),
        Order.IMAGE_FIRST,
        List.of(
            new Step.SwitchImage(
                Optional.of(new ImageRef("acme/shop:42")), new ImageRef("acme/shop:41")),
            new Step.Drain(Duration.ofSeconds(30)),
            new Step.Down(new Version("01"), "01_add_email", "abc"),
            new Step.Verify(3, Duration.ofMinutes(5))),
        "both only add",
        List.of("12 rows are kept"),
        List.of(),
        "");
  }

  public static Recorded recorded(long id, Entry entry) {
    return new Recorded(id, 17, SHOP, "v42", AT.plusSeconds(id), entry);
  }
}
