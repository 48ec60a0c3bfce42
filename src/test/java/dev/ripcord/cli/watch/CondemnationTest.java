package dev.ripcord.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That a release is condemned is shown at the poll that condemns it, by whichever rule. */
final class CondemnationTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final ServiceName SHOP = new ServiceName("shop");

  private final List<String> told = new ArrayList<>();
  private int number;

  private static WatchSpec charter(Escalation act) {
    Rules usual = Rules.DEFAULT;
    Rules rules =
        new Rules(
            usual.threshold(),
            usual.breaches(),
            usual.minimumRequests(),
            usual.normal(),
            usual.act(),
            Map.of(
                Measure.CPU,
                new Limit(0.9, act),
                Measure.LATENCY_P99,
                new Limit(0.8, Escalation.ALERT)));
    Release release =
        new Release(
            SHOP, "v2", Optional.of(new ImageRef("shop:2")), Optional.of(new ImageRef("shop:1")));
    return new WatchSpec(
        release,
        rules,
        NOON,
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.empty());
  }

  private Sample sample(int errors, double cpu) {
    return new Sample(
        "v2",
        NOON.plusSeconds(30L * number),
        Duration.ofSeconds(30),
        Liveness.ANSWERS,
        OptionalInt.of(200),
        Optional.of(new Counts(100, errors)),
        false,
        Latency.NONE,
        OptionalDouble.of(cpu),
        OptionalDouble.empty(),
        Optional.empty(),
        List.of());
  }

  private Recorded recorded(Entry entry) {
    number++;
    return new Recorded(number, 1, SHOP, "v2", NOON.plusSeconds(30L * number), entry);
  }

  private void play(dev.ripcord.port.Observer observer, Escalation act, int errors, double cpu) {
    WatchSpec charter = charter(act);
    observer.recorded(recorded(new Entry.Opened(charter)));
    for (int poll = 0; poll < 3; poll++) {
      Sample sample = sample(errors, cpu);
      observer.recorded(recorded(new Entry.Watched(new WatchEvent.Sampled(sample))));
      observer.polled(
          SHOP,
          sample,
          new Judge(charter.rules()).judge(sample, Counts.NONE).reading(),
          errors > 0 ? poll + 1 : 0,
          Duration.ofMillis(3));
    }
  }

  private TextReporter story() {
    return new TextReporter(new Ansi(false, false), ZoneOffset.UTC, () -> NOON, told::add);
  }

  @ParameterizedTest
  @EnumSource(names = {"ASK", "ROLLBACK"})
  void d5_condemnedByCpu_isShown(Escalation act) {
    play(story(), act, 0, 0.95);

    assertThat(told.getLast()).contains("condemned").contains("3 breaches of the limit on cpu");
    assertThat(told).filteredOn(line -> line.contains("condemned")).hasSize(1);
  }

  @Test
  void d5_condemnedByCpu_isALineOfJson() {
    play(new JsonReporter(told::add), Escalation.ROLLBACK, 0, 0.95);

    assertThat(told.getLast()).contains("\"event\":\"condemned\"").contains("cpu 95%, limit 90%");
  }

  @Test
  void condemnedByTheErrorRate_isShownAsBefore() {
    play(story(), Escalation.ALERT, 50, 0.1);

    assertThat(told.getLast()).contains("condemned").contains("3 breaches of 5% or more");
  }

  @Test
  void limitThatOnlyAlerts_condemnsNothing() {
    play(story(), Escalation.ALERT, 0, 0.95);

    assertThat(told).noneMatch(line -> line.contains("condemned"));
  }
}
