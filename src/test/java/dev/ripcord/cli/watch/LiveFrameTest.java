package dev.ripcord.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.health.Baseline;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The block that a terminal shows of a watch. */
final class LiveFrameTest {
  private static final Instant START = Instant.parse("2026-01-02T12:00:00Z");
  private static final ServiceName SHOP = new ServiceName("shop");
  private final LiveFrame frame = new LiveFrame(new Ansi(false, false), () -> 80);

  private static WatchSpec charter(Rules rules) {
    Release release =
        new Release(
            SHOP,
            "v42",
            Optional.of(new ImageRef("acme/shop:42")),
            Optional.of(new ImageRef("acme/shop:41")));
    return new WatchSpec(
        release,
        rules,
        START,
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.of(Baseline.of(new Counts(1000, 4))));
  }

  private static Sample sample(long requests, long errors, Latency latency, OptionalDouble cpu) {
    return new Sample(
        "v42",
        START.plusSeconds(250),
        Duration.ofSeconds(30),
        Liveness.ANSWERS,
        OptionalInt.of(200),
        Optional.of(new Counts(requests, errors)),
        false,
        latency,
        cpu,
        cpu,
        cpu.isPresent()
            ? Optional.of(new DatabaseState(true, OptionalDouble.of(0.001)))
            : Optional.empty(),
        List.<Reason>of());
  }

  private List<String> lines(WatchSpec charter, Sample sample, String rollback, Phase state) {
    frame.polled(sample, new Judge(charter.rules()).judge(sample, Counts.NONE).reading().kind());
    ServiceStatus status =
        new ServiceStatus(
            SHOP,
            Optional.of(sample),
            Optional.of(new Judge(charter.rules()).judge(sample, Counts.NONE).reading()),
            1,
            charter.rules().breaches(),
            Optional.of(START.plusSeconds(271)),
            Optional.empty());
    WatchStatus watch =
        new WatchStatus(
            new WatchRow(7, charter, Optional.empty(), Optional.empty(), Optional.empty()),
            state,
            8,
            rollback.startsWith("can "),
            rollback);
    return lines(status, watch);
  }

  private List<String> lines(ServiceStatus status, WatchStatus watch) {
    return frame.lines(status, watch, START.plusSeconds(250));
  }

  @Test
  void everyFigure_standsBesideItsLimitAndItsLastValues() {
    Rules usual = Rules.DEFAULT;
    Rules rules =
        new Rules(
            usual.threshold(),
            usual.breaches(),
            usual.minimumRequests(),
            usual.normal(),
            usual.act(),
            Map.of(Measure.LATENCY_P99, new Limit(0.8, Escalation.ALERT)));
    Latency latency =
        new Latency(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.of(0.21));

    List<String> lines =
        lines(
            charter(rules),
            sample(1000, 4, latency, OptionalDouble.of(0.42)),
            "can be rolled back: 2 down migrations, previous image present",
            Phase.WATCHING);

    assertThat(lines)
        .containsExactly(
            "shop  release v42   acme/shop:42   (before: :41)",
            "█████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  27%  4 min 10 s of 15 min",
            "✔ can be rolled back: 2 down migrations, previous image present",
            "",
            "  error rate   ▁             0.4%   limit 5%      before the release 0.4%",
            "  latency p99  ▂             210 ms limit 800 ms",
            "  cpu 42%      memory 42%      database up",
            "  polls        ✔",
            "  poll 8 ✔ healthy      1 of 3 breaches      next poll in 21 s");
  }

  @Test
  void whileItIsRolledBack_theBakeTimeIsNotShown() {
    List<String> lines =
        lines(
            charter(Rules.DEFAULT),
            sample(1000, 4, Latency.NONE, OptionalDouble.empty()),
            "can be rolled back: 0 down migrations, previous image present",
            Phase.ROLLING_BACK);

    assertThat(lines)
        .containsExactly(
            "shop  release v42   acme/shop:42   (before: :41)",
            "↺ rolling back",
            "",
            "  error rate   ▁             0.4%   limit 5%      before the release 0.4%",
            "  polls        ✔",
            "  last poll ✔ healthy");
  }

  @Test
  void whatWasNotMeasured_isNotShown_andWhyAPollIsUnknownIsSaid() {
    List<String> lines =
        lines(
            charter(Rules.DEFAULT),
            sample(7, 0, Latency.NONE, OptionalDouble.empty()),
            "could not be rolled back now: shop:41 is gone",
            Phase.PAUSED);

    assertThat(lines)
        .hasSize(7)
        .contains("▲ could not be rolled back now: shop:41 is gone")
        .last()
        .asString()
        .startsWith("  poll 8 ? unknown: ")
        .contains("7")
        .endsWith("1 of 3 breaches      paused");
  }

  @Test
  void polls_areDrawnEachInItsColour_andAWiderTerminalShowsMore() {
    LiveFrame narrow = new LiveFrame(new Ansi(true, false), () -> 80);
    Judge judge = new Judge(Rules.DEFAULT);
    for (int poll = 0; poll < 100; poll++) {
      Sample sample = sample(1000, poll < 99 ? 0 : 100, Latency.NONE, OptionalDouble.empty());
      narrow.polled(sample, judge.judge(sample, Counts.NONE).reading().kind());
    }
    frame.polled(sample(1000, 0, Latency.NONE, OptionalDouble.empty()), HealthReading.Kind.UNKNOWN);

    assertThat(strip(narrow))
        .startsWith("  polls        \u001b[32m✔\u001b[0m")
        .endsWith("\u001b[31m✖\u001b[0m");
    assertThat(strip(narrow).replaceAll("\u001b\\[\\d+m", "").strip().substring(5).strip())
        .hasSize(65);
    assertThat(strip(frame)).isEqualTo("  polls        ?");
  }

  private static String strip(LiveFrame of) {
    ServiceStatus status =
        new ServiceStatus(
            SHOP,
            Optional.empty(),
            Optional.empty(),
            0,
            Rules.DEFAULT.breaches(),
            Optional.empty(),
            Optional.empty());
    WatchStatus watch =
        new WatchStatus(
            new WatchRow(
                7, charter(Rules.DEFAULT), Optional.empty(), Optional.empty(), Optional.empty()),
            Phase.WATCHING,
            8,
            true,
            "can be rolled back");
    return of.lines(status, watch, START.plusSeconds(250)).stream()
        .filter(line -> line.startsWith("  polls"))
        .findFirst()
        .orElseThrow();
  }
}
